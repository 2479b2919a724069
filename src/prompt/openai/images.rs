//! Tokens of images, by OpenAI's arithmetic for each model.
//!
//! Some models count tiles of 512 pixels behind a base, others patches of 32 pixels times a factor (guide "Images and vision", 2026-09). Recorded
//! images of one picture each bear it out: 40 calls of 14,167 tokens and 7 of 8,500 (4o mini: 2 tiles, 1 tile), 9 of 765 and 2
//! of 425 (4o: 4 tiles, 2 tiles), 16 of 517 (o4-mini: 300 patches), 3 of 2,521 and 6 of 41 (4.1 nano: 1,024 and 16 patches). GPT-5
//! mini and nano were billed at 1.2 and 1.5 a patch (one picture each), not at the factors of 4.1.

use crate::exchange::Media;

/// A model's way to count an image.
#[derive(Clone, Copy)]
enum Arithmetic {
    /// Tokens of the image as such, and of each tile.
    Tiles(usize, usize),
    /// Hundredths of a token for each patch.
    Patches(usize),
}

/// Patches at most.
const MOST_PATCHES: usize = 1536;

/// The tokens of an image; `None` where the model's arithmetic or the image's size is not known.
pub(super) fn tokens(model: &str, media: &Media) -> Option<usize> {
    let arithmetic = arithmetic(model)?;
    let (width, height) = media.size.filter(|(width, height)| *width > 0 && *height > 0)?;
    Some(match arithmetic {
        Arithmetic::Tiles(base, _) if media.is_low_detail => base,
        Arithmetic::Tiles(base, tile) => base + tile * tiles(width, height),
        // An image is closed by one token more: 41 of 16 patches, 517 of 300.
        Arithmetic::Patches(factor) => (patches(width, height) * factor).div_ceil(100) + 1,
    })
}

fn arithmetic(model: &str) -> Option<Arithmetic> {
    use Arithmetic::{Patches, Tiles};
    const MODELS: [(&str, Option<Arithmetic>); 17] = [
        ("gpt-4o-mini", Some(Tiles(2833, 5667))),
        ("gpt-4o", Some(Tiles(85, 170))),
        ("chatgpt-4o", Some(Tiles(85, 170))),
        ("gpt-4.5", Some(Tiles(85, 170))),
        ("gpt-4-turbo", Some(Tiles(85, 170))),
        ("gpt-4.1-mini", Some(Patches(162))),
        ("gpt-4.1-nano", Some(Patches(246))),
        ("gpt-4.1", Some(Tiles(85, 170))),
        ("o4-mini", Some(Patches(172))),
        ("o1-pro", Some(Tiles(75, 150))),
        // It takes no images, and its name begins as that of a model which does.
        ("o1-mini", None),
        ("o1", Some(Tiles(75, 150))),
        ("o3", Some(Tiles(75, 150))),
        ("gpt-5-mini", Some(Patches(120))),
        ("gpt-5-nano", Some(Patches(150))),
        ("gpt-5-chat", Some(Tiles(70, 140))),
        ("gpt-5", Some(Tiles(70, 140))),
    ];
    let named = MODELS.iter().find(|(name, _)| model.strip_prefix(name).is_some_and(|rest| !rest.starts_with('.')));
    named.and_then(|(_, arithmetic)| *arithmetic)
}

/// Tiles of 512 pixels, once the image fits 2,048 pixels each way and its shorter side is no longer than 768.
fn tiles(width: u32, height: u32) -> usize {
    let (mut wide, mut high) = (f64::from(width), f64::from(height));
    let fitting = (2048.0 / wide.max(high)).min(1.0);
    (wide, high) = (wide * fitting, high * fitting);
    let shortening = (768.0 / wide.min(high)).min(1.0);
    let along = |side: f64| whole((side * shortening / 512.0).ceil());
    along(wide) * along(high)
}

/// Patches of 32 pixels, of a smaller image if there would be too many.
fn patches(width: u32, height: u32) -> usize {
    let (wide, high) = (f64::from(width), f64::from(height));
    let count = |shrink: f64| whole((wide * shrink / 32.0).ceil()) * whole((high * shrink / 32.0).ceil());
    if count(1.0) <= MOST_PATCHES {
        return count(1.0);
    }
    let shrink = (1536.0 * 1024.0 / (wide * high)).sqrt();
    let (across, down) = (wide * shrink / 32.0, high * shrink / 32.0);
    // Shrunk once more, so that one side is whole patches.
    let fit = (across.floor() / across).min(down.floor() / down);
    count(shrink * fit).min(MOST_PATCHES)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small whole number")]
fn whole(number: f64) -> usize {
    number as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sized(model: &str, width: u32, height: u32) -> Option<usize> {
        tokens(model, &Media { size: Some((width, height)), ..Media::default() })
    }

    #[test]
    fn images_cost_what_the_guides_examples_say() {
        // 1,024 × 1,024 becomes 768 × 768: four tiles. 2,048 × 4,096 becomes 768 × 1,536: six.
        assert_eq!((sized("gpt-4o", 1024, 1024), sized("gpt-4o-2024-08-06", 2048, 4096)), (Some(765), Some(1105)));
        assert_eq!((sized("gpt-4o-mini", 500, 500), sized("gpt-4o-mini", 768, 500)), (Some(8500), Some(14167)));
        // 1,024 × 1,024 are 1,024 patches; 1,800 × 2,400 shrinks to 33 × 44 of them.
        assert_eq!(sized("gpt-4.1-nano", 1024, 1024), Some(2521));
        assert_eq!(sized("o4-mini", 1800, 2400), Some((1452 * 172_usize).div_ceil(100) + 1));
        assert_eq!(sized("o4-mini", 640, 480), Some(517));
        let low = Media { size: Some((1024, 1024)), is_low_detail: true, ..Media::default() };
        assert_eq!(tokens("gpt-4o", &low), Some(85));
    }

    #[test]
    fn without_a_size_or_a_known_model_nothing_is_known() {
        assert_eq!(tokens("gpt-4o", &Media::default()), None);
        assert_eq!(sized("gpt-5.6", 100, 100), None);
        assert_eq!(sized("claude-sonnet-5", 100, 100), None);
    }
}
