//! The added tokens of each version, and where their spellings occur in a text.
//!
//! V3 and V4 are the lists of the official `tokenizer.json` files, R1 and V3.1 those of the files published with these
//! models, V4.1 is V4 with two renamed (as of November 2026). V3.2's file is not known to be public; V3.1's list stands for
//! it. Whether an added token may occur in a given place is the chat template's business, not this module's.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use crate::tokens::TokenId;

/// A set of added tokens, named after the first model that has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Added {
    /// V3 and V3-0324: `<think>` is ordinary text.
    V3,
    /// R1 and R1-0528.
    R1,
    /// V3.1 up to V3.2.
    V31,
    /// V4 Pro and Flash.
    V4,
    /// V4.1.
    V41,
}

/// Spellings with consecutive ids, the first of which is given.
type Run = (TokenId, &'static [&'static str]);

const CONTROL: Run = (0, &["<｜begin▁of▁sentence｜>", "<｜end▁of▁sentence｜>", "<｜▁pad▁｜>"]);

const CHAT: Run = (
    128_800,
    &[
        "<｜fim▁hole｜>",
        "<｜fim▁begin｜>",
        "<｜fim▁end｜>",
        "<｜User｜>",
        "<｜Assistant｜>",
        "<|EOT|>",
        "<｜tool▁calls▁begin｜>",
        "<｜tool▁calls▁end｜>",
        "<｜tool▁call▁begin｜>",
        "<｜tool▁call▁end｜>",
        "<｜tool▁outputs▁begin｜>",
        "<｜tool▁outputs▁end｜>",
        "<｜tool▁output▁begin｜>",
        "<｜tool▁output▁end｜>",
        "<｜tool▁sep｜>",
    ],
);

const R1_THINK: Run = (128_798, &["<think>", "</think>"]);

const V31_SEARCH: Run = (128_796, &["<｜search▁begin｜>", "<｜search▁end｜>"]);

const V4_TEXT: Run = (
    128_815,
    &[
        "<｜begin▁of▁repo▁name｜>",
        "<｜end▁of▁repo▁name｜>",
        "<｜begin▁of▁file▁name｜>",
        "<｜end▁of▁file▁name｜>",
        "<｜begin▁of▁file｜>",
        "<｜end▁of▁file｜>",
        "<think>",
        "</think>",
        "<｜place▁holder▁for▁copy｜>",
        "<｜place▁holder▁for▁pointer▁replace｜>",
        "｜DSML｜",
        "<｜begin▁sys｜>",
        "<｜end▁sys｜>",
        "<｜latest_reminder｜>",
        "<｜action｜>",
        "<｜query｜>",
        "<｜authority｜>",
        "<｜domain｜>",
        "<｜task｜>",
        "<｜political｜>",
        "<｜entity｜>",
        "<｜title｜>",
        "<｜safety｜>",
        "<｜answer｜>",
        "<｜search｜>",
        "<dsml:",
        "</dsml:",
        "<｜search▁begin｜>",
        "<｜search▁end｜>",
        "<｜extracted_url｜>",
        "<｜read_url｜>",
        "<｜end_of_query｜>",
    ],
);

const V4_IMAGE: Run = (
    129_262,
    &[
        "<｜rl_image_pad｜>",
        "<｜rl_image_start｜>",
        "<｜image2｜>",
        // Spelled so in the official file.
        "<｜/table>｜",
        "<｜table｜>",
        "<｜/td｜>",
        "<｜td｜>",
        "<｜/tr｜>",
        "<｜tr｜>",
        "<｜/polygon｜>",
        "<｜polygon｜>",
        "<｜/point｜>",
        "<｜point｜>",
        "<｜/box｜>",
        "<｜box｜>",
        "<｜/ref｜>",
        "<｜ref｜>",
        "<｜image｜>",
    ],
);

const V41_SYSTEM: Run = (128_799, &["<｜System｜>"]);
const V41_IMAGE: Run = (129_264, &["<｜deepseek_image｜>"]);

const FIRST_PLACE_HOLDER: TokenId = 128_000;
const PLACE_HOLDERS: TokenId = 800;
const FIRST_SPAN: TokenId = 128_847;
const SPANS: Range<u32> = 21..436;

/// The numbered spellings of all versions, V4's spans behind the others.
static NUMBERED: LazyLock<Vec<(TokenId, String)>> = LazyLock::new(|| {
    let place_holders = (0..PLACE_HOLDERS).map(|n| (FIRST_PLACE_HOLDER + n, format!("<｜place▁holder▁no▁{n}｜>")));
    let spans = (FIRST_SPAN..).zip(SPANS.map(|n| format!("<|place_holder_mm_span_{n:04}|>")));
    place_holders.chain(spans).collect()
});

/// One version's added tokens, to be found by id, by spelling and in a text.
pub(super) struct AddedTokens {
    spellings: BTreeMap<TokenId, &'static str>,
    /// Sorted; no spelling begins another one, which [`Self::match_at`] relies on.
    by_spelling: Vec<(&'static str, TokenId)>,
}

impl AddedTokens {
    pub(super) fn new(version: Added) -> Self {
        let mut spellings: BTreeMap<_, _> = numbered(version).iter().map(|(id, name)| (*id, name.as_str())).collect();
        for (first, names) in runs(version) {
            spellings.extend((*first..).zip(names.iter().copied()));
        }
        let mut by_spelling: Vec<_> = spellings.iter().map(|(id, spelling)| (*spelling, *id)).collect();
        by_spelling.sort_unstable();
        Self { spellings, by_spelling }
    }

    pub(super) fn spelling(&self, id: TokenId) -> Option<&str> {
        self.spellings.get(&id).copied()
    }

    pub(super) fn id(&self, spelling: &str) -> Option<TokenId> {
        let at = self.by_spelling.binary_search_by(|(known, _)| (*known).cmp(spelling)).ok()?;
        Some(self.by_spelling[at].1)
    }

    #[cfg(test)]
    pub(super) fn spellings_in_order(&self) -> impl Iterator<Item = &str> {
        self.by_spelling.iter().map(|(spelling, _)| *spelling)
    }

    /// The first added token spelled in the text.
    pub(super) fn find(&self, text: &str) -> Option<(Range<usize>, TokenId)> {
        let bytes = text.as_bytes();
        let mut from = 0;
        while let Some(at) = next_candidate(bytes, from) {
            if let Some((length, id)) = self.match_at(&text[at..]) {
                return Some((at..at + length, id));
            }
            from = at + 1;
        }
        None
    }

    /// The added token a text begins with: as none begins another, only the last one not after the text can be it.
    fn match_at(&self, text: &str) -> Option<(usize, TokenId)> {
        let after = self.by_spelling.partition_point(|(spelling, _)| *spelling <= text);
        let (spelling, id) = &self.by_spelling[after.checked_sub(1)?];
        text.starts_with(spelling).then_some((spelling.len(), *id))
    }
}

/// The next byte at which a spelling could begin: all begin with `<` or `｜`.
fn next_candidate(bytes: &[u8], from: usize) -> Option<usize> {
    const FULLWIDTH_BAR: &[u8] = "｜".as_bytes();
    let is_candidate = |at: &usize| bytes[*at] == b'<' || bytes[*at] == 0xEF && bytes[*at..].starts_with(FULLWIDTH_BAR);
    (from..bytes.len()).find(is_candidate)
}

/// The numbered spellings of a version, which later ones give names to by and by.
fn numbered(version: Added) -> &'static [(TokenId, String)] {
    match version {
        Added::V4 | Added::V41 => &NUMBERED,
        Added::V3 | Added::R1 | Added::V31 => &NUMBERED[..PLACE_HOLDERS as usize],
    }
}

/// The named spellings of a version; a later run overrides an earlier one.
fn runs(version: Added) -> &'static [Run] {
    match version {
        Added::V3 => &[CONTROL, CHAT],
        Added::R1 => &[CONTROL, CHAT, R1_THINK],
        Added::V31 => &[CONTROL, CHAT, R1_THINK, V31_SEARCH],
        Added::V4 => &[CONTROL, CHAT, V4_TEXT, V4_IMAGE],
        Added::V41 => &[CONTROL, CHAT, V4_TEXT, V4_IMAGE, V41_SYSTEM, V41_IMAGE],
    }
}
