//! The fragments of a text that code puts together, with what the walk asks of them at each step.

use super::rope::Rope;
use crate::template::class::{ExpressionClass, values};
use crate::template::{Fragment, Placeholder, UnreadReason};

/// The most fragments of a text, and those that it counts as for its length: a text that is put into itself doubles each time.
const MOST_WEIGHT: usize = 100_000;
const BYTES_OF_A_FRAGMENT: usize = 256;

/// Fragments that other texts may share.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Content {
    pieces: Rope<Piece>,
    shown: Shown,
}

#[derive(Clone, Debug, PartialEq)]
struct Piece {
    fragment: Fragment,
    shown: Shown,
}

/// The answers of fragments to the questions of the walk.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Shown {
    first_byte: Option<usize>,
    /// The class of the values among them; `None` if there are none.
    class: Option<ExpressionClass>,
    /// Something stands there: a letter, a value or a choice.
    is_filled: bool,
    /// Fragments, with those that long texts count as.
    weight: usize,
}

impl Shown {
    fn by(fragment: &Fragment) -> Self {
        let fragments = std::slice::from_ref(fragment);
        let mut within = Vec::new();
        values(fragments, &mut within);
        Self {
            first_byte: first_byte(fragments),
            class: within.iter().map(|value| value.class()).max(),
            is_filled: !matches!(fragment, Fragment::Text(passage) if passage.text.is_empty()),
            weight: match fragment {
                Fragment::Text(passage) => 1 + passage.text.len() / BYTES_OF_A_FRAGMENT,
                _ => 1,
            },
        }
    }

    fn and(self, behind: Self) -> Self {
        Self {
            first_byte: self.first_byte.or(behind.first_byte),
            class: self.class.max(behind.class),
            is_filled: self.is_filled || behind.is_filled,
            weight: self.weight + behind.weight,
        }
    }
}

impl Content {
    pub(super) fn push(&mut self, fragment: Fragment) {
        let shown = Shown::by(&fragment);
        self.shown = self.shown.and(shown);
        self.pieces.push(Piece { fragment, shown });
    }

    /// Appends a text; one that would be too large is not read.
    pub(super) fn append(&mut self, other: Self) {
        if self.shown.weight + other.shown.weight > MOST_WEIGHT {
            let at = other.first_byte().or(self.first_byte()).unwrap_or_default();
            *self = too_large("", at).into();
            return;
        }
        self.shown = self.shown.and(other.shown);
        self.pieces.append(other.pieces);
    }

    /// Makes other fragments of them.
    pub(super) fn change(&mut self, changed: impl FnOnce(Vec<Fragment>) -> Vec<Fragment>) {
        *self = changed(std::mem::take(self).into_vec()).into();
    }

    pub(super) fn len(&self) -> usize {
        self.pieces.len()
    }

    pub(super) fn first(&self) -> Option<&Fragment> {
        self.pieces.first().map(|piece| &piece.fragment)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Fragment> {
        self.behind(0)
    }

    /// The fragments behind so many.
    pub(super) fn behind(&self, count: usize) -> impl Iterator<Item = &Fragment> {
        self.pieces.behind(count).map(|piece| &piece.fragment)
    }

    /// The first byte of the file of what stands behind so many fragments.
    pub(super) fn first_byte_behind(&self, count: usize) -> Option<usize> {
        self.pieces.behind(count).find_map(|piece| piece.shown.first_byte)
    }

    /// The first so many fragments.
    pub(super) fn start(&self, count: usize) -> Self {
        let pieces = self.pieces.start(count);
        let shown = pieces.iter().fold(Shown::default(), |shown, piece| shown.and(piece.shown));
        Self { pieces, shown }
    }

    /// The number of fragments that both begin with.
    pub(super) fn in_common(&self, other: &Self) -> usize {
        let held = self.pieces.held_in_common(&other.pieces);
        let rest = self.behind(held).zip(other.behind(held));
        held + rest.take_while(|(ours, theirs)| ours == theirs).count()
    }

    pub(super) fn into_vec(self) -> Vec<Fragment> {
        self.pieces.into_vec().into_iter().map(|piece| piece.fragment).collect()
    }

    /// The first byte of the file of what stands in it.
    pub(super) fn first_byte(&self) -> Option<usize> {
        self.shown.first_byte
    }

    /// The class of the text: of the values in it.
    pub(super) fn class(&self) -> ExpressionClass {
        self.shown.class.unwrap_or(ExpressionClass::Stable)
    }

    /// Tells whether nothing stands in it yet.
    pub(super) fn is_empty(&self) -> bool {
        !self.shown.is_filled
    }
}

impl From<Vec<Fragment>> for Content {
    fn from(fragments: Vec<Fragment>) -> Self {
        let mut content = Self::default();
        for fragment in fragments {
            content.push(fragment);
        }
        content
    }
}

impl From<Fragment> for Content {
    fn from(fragment: Fragment) -> Self {
        vec![fragment].into()
    }
}

/// The place of a text, or of a choice, that is not worked out.
pub(super) fn too_large(written: &str, at: usize) -> Fragment {
    Fragment::Value(Placeholder {
        written: written.to_owned(),
        names: Vec::new(),
        span: at..at + 1,
        unread: Some(UnreadReason::TooLarge),
        class: Some(ExpressionClass::Volatile),
    })
}

/// The first byte of the file of some fragments.
pub(super) fn first_byte(fragments: &[Fragment]) -> Option<usize> {
    fragments.iter().find_map(|fragment| match fragment {
        Fragment::Text(passage) => (!passage.text.is_empty()).then(|| passage.map.at(0)),
        Fragment::Value(value) => Some(value.span.start),
        Fragment::Choice(choice) => choice.branches.iter().find_map(|branch| first_byte(branch)),
    })
}
