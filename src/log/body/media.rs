//! Media as bodies have them: their identity, and the size of an image whose bytes stand there in base64.

use serde_json::Value;

use crate::exchange::Media;
use crate::hash;
use crate::log::base64;

/// Letters of base64 that are looked at for an image's size: first those in which most have it, then as many as a JPEG may have of
/// other data before it.
const LOOKED_AT: [usize; 2] = [1 << 10, 1 << 18];

/// Reads what a part says of its media.
pub(crate) fn read(part: &Value) -> Media {
    if let Some(media) = written(part) {
        return media;
    }
    let mut media = Media { digest: hash::digest(b"media"), ..Media::default() };
    take(part, &mut media);
    media
}

/// Media as `cachecheck parse` writes it.
fn written(part: &Value) -> Option<Media> {
    let digest = part["digest"].as_str().filter(|_| part["type"] == "media")?;
    let side = |key: &str| u32::try_from(part[key].as_u64()?).ok();
    let digest = u128::from_str_radix(digest, 16).ok()?;
    Some(Media { digest, size: side("width").zip(side("height")), is_low_detail: part["low_detail"] == true })
}

/// Adds a value and all in it. Cache breakpoints are left out: they move from turn to turn, and the media stay the same.
fn take(value: &Value, media: &mut Media) {
    match value {
        Value::Object(fields) => {
            for (key, value) in
                fields.iter().filter(|(key, _)| !["cache_control", "prompt_cache_breakpoint"].contains(&key.as_str()))
            {
                media.digest = hash::chain(media.digest, key.as_bytes());
                media.is_low_detail |= key == "detail" && value == "low";
                take(value, media);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| take(value, media)),
        Value::String(text) => {
            media.digest = hash::chain(media.digest, text.as_bytes());
            media.size = media.size.or_else(|| size(text));
        }
        other => media.digest = hash::chain(media.digest, other.to_string().as_bytes()),
    }
}

/// Width and height of the image whose bytes a text has, as a data URL or bare.
fn size(text: &str) -> Option<(u32, u32)> {
    let letters = text.split_once(";base64,").map_or(text, |(_, rest)| rest).as_bytes();
    // The first letters of each format's signature, as base64 spells it.
    let begins = |start: &str| letters.starts_with(start.as_bytes());
    let read = match () {
        () if begins("iVBORw0KGgo") => of_png,
        () if begins("/9j/") => of_jpeg,
        () if begins("R0lGOD") => of_gif,
        () if begins("UklGR") => of_webp,
        () => return None,
    };
    LOOKED_AT.into_iter().find_map(|most| read(&base64::decode(letters.get(..most).unwrap_or(letters)).0))
}

/// A number of some bytes, the highest first.
fn number(bytes: &[u8], range: std::ops::Range<usize>) -> Option<u32> {
    Some(bytes.get(range)?.iter().fold(0, |number, byte| number << 8 | u32::from(*byte)))
}

/// The same, the lowest first.
fn little(bytes: &[u8], range: std::ops::Range<usize>) -> Option<u32> {
    Some(bytes.get(range)?.iter().rev().fold(0, |number, byte| number << 8 | u32::from(*byte)))
}

/// The header chunk comes first in a PNG, its width and height after the signature, a length and a name.
fn of_png(bytes: &[u8]) -> Option<(u32, u32)> {
    bytes.starts_with(b"\x89PNG").then_some(())?;
    Some((number(bytes, 16..20)?, number(bytes, 20..24)?))
}

/// The size of a GIF's screen stands right after its version.
fn of_gif(bytes: &[u8]) -> Option<(u32, u32)> {
    bytes.starts_with(b"GIF8").then_some(())?;
    Some((little(bytes, 6..8)?, little(bytes, 8..10)?))
}

/// A WebP has its size by the kind of its first chunk: less one in an extended file, packed into 28 bits in a lossless one (after a byte
/// of signature), and with two bits of scale above it in a lossy one.
fn of_webp(bytes: &[u8]) -> Option<(u32, u32)> {
    (bytes.starts_with(b"RIFF") && bytes.get(8..12)? == b"WEBP").then_some(())?;
    match bytes.get(12..16)? {
        b"VP8X" => Some((little(bytes, 24..27)? + 1, little(bytes, 27..30)? + 1)),
        b"VP8L" => {
            let bits = little(bytes, 21..25)?;
            Some(((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1))
        }
        b"VP8 " => Some((little(bytes, 26..28)? & 0x3fff, little(bytes, 28..30)? & 0x3fff)),
        _ => None,
    }
}

/// The frame of a JPEG comes after segments that each give their length. Its marker is `0xc0` to `0xcf`, but for three in that range that
/// are tables or reserved; height comes before width.
fn of_jpeg(bytes: &[u8]) -> Option<(u32, u32)> {
    bytes.starts_with(&[0xff, 0xd8]).then_some(())?;
    let mut at = 2;
    while *bytes.get(at)? == 0xff {
        let kind = *bytes.get(at + 1)?;
        let is_frame = (0xc0..=0xcf).contains(&kind) && ![0xc4, 0xc8, 0xcc].contains(&kind);
        if is_frame {
            return Some((number(bytes, at + 7..at + 9)?, number(bytes, at + 5..at + 7)?));
        }
        at += 2 + crate::number::to_usize(number(bytes, at + 2..at + 4)?.into());
    }
    None
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_image_tells_its_size_and_is_known_again() {
        let png = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAoAAAAHgCAYAAAA10dzkAAAA";
        let part = |detail: &str| json!({"type": "image_url", "image_url": {"url": png, "detail": detail}});
        let media = read(&part("low"));
        assert_eq!((media.size, media.is_low_detail), (Some((640, 480)), true));
        assert_eq!(media, read(&part("low")));
        assert_ne!(media.digest, read(&part("high")).digest);
        let mut marked = part("low");
        marked["cache_control"] = json!({"type": "ephemeral"});
        assert_eq!(media.digest, read(&marked).digest);
    }

    #[test]
    fn the_size_of_each_kind_of_image_stands_where_its_format_has_it() {
        let jpeg = [0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xc0, 0, 17, 8, 1, 0, 2, 0, 3];
        assert_eq!(of_jpeg(&jpeg), Some((512, 256)));
        assert_eq!(of_gif(b"GIF89a\x10\x00\x08\x00"), Some((16, 8)));
        let mut webp = b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0".to_vec();
        webp.extend([0x0f, 0, 0, 0x07, 0, 0]);
        assert_eq!(of_webp(&webp), Some((16, 8)));
        let other = [&b"\xff\xd8\xff\xe0\x10\x02"[..], &[7; 4096], &[0xff, 0xc0, 0, 17, 8, 1, 0, 2, 0, 3]].concat();
        assert_eq!(of_jpeg(&other), Some((512, 256)));
        assert_eq!(of_jpeg(&other[..768]), None, "more of it is looked at");
        assert_eq!(size("no image"), None);
    }
}
