//! The fragments of a text that code puts together, with what the walk asks of them at each step.

use std::ops::Range;

use super::rope::Rope;
use super::text;
use crate::template::class::{ExpressionClass, values};
use crate::template::{Choice, Fragment, Placeholder, UnreadReason};

/// The most fragments of a text, and those that it counts as for its length: a text that is put into itself doubles each time.
const MOST_WEIGHT: usize = 30_000;
const BYTES_OF_A_FRAGMENT: usize = 256;

/// The most in a choice, and the deepest that choices stand in each other. Code that puts words before a text under each of many conditions
/// doubles it with each of them; code that binds a text anew under each puts the choice of all before into the next.
const MOST_WEIGHT_OF_A_CHOICE: usize = 10_000;
pub(super) const DEEPEST_CHOICE: usize = 100;

/// The weight of what is kept of a text that is not read further: enough to tell what it is.
const KEPT_WEIGHT: usize = 100;

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
    /// Fragments, with those that long texts count as and those in choices.
    weight: usize,
    /// The number of choices that stand in each other.
    depth: usize,
    /// The text is not read from some place on.
    is_cut: bool,
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
            weight: weight(fragments),
            depth: depth(fragments),
            is_cut: matches!(fragment, Fragment::Value(Placeholder { unread: Some(UnreadReason::TooLarge), .. })),
        }
    }

    fn and(self, behind: Self) -> Self {
        Self {
            first_byte: self.first_byte.or(behind.first_byte),
            class: self.class.max(behind.class),
            is_filled: self.is_filled || behind.is_filled,
            weight: self.weight + behind.weight,
            depth: self.depth.max(behind.depth),
            is_cut: self.is_cut || behind.is_cut,
        }
    }
}

impl Content {
    /// A choice between texts; what is too large in it is not read further.
    pub(super) fn choice(written: String, span: Range<usize>, mut branches: Vec<Self>) -> Self {
        let is_too_large = branches.iter().map(Self::weight).sum::<usize>() > MOST_WEIGHT_OF_A_CHOICE;
        for branch in &mut branches {
            if branch.shown.depth >= DEEPEST_CHOICE || is_too_large {
                branch.give_up();
            }
        }
        let mut room = MOST_WEIGHT_OF_A_CHOICE;
        let fitting = branches.iter().take_while(|branch| {
            let fits = branch.weight() <= room;
            room = room.saturating_sub(branch.weight());
            fits
        });
        let fitting = fitting.count();
        let left_out = branches.get(fitting).map(|branch| branch.first_byte().unwrap_or(span.start));
        branches.truncate(fitting);
        branches.extend(left_out.map(|at| too_large("", at).into()));
        let branches = branches.into_iter().map(Self::into_vec).collect();
        Fragment::Choice(Choice::new(written, branches, span)).into()
    }

    /// Reads no more of it than what tells what it is.
    pub(super) fn give_up(&mut self) {
        if self.weight() > KEPT_WEIGHT {
            *self = start_of(self.iter(), KEPT_WEIGHT).into();
        }
    }

    /// Tells whether a truth value or nothing stands among its values.
    pub(super) fn has_flag(&self) -> bool {
        const FLAGS: [&str; 8] = ["True", "False", "None", "true", "false", "null", "nil", "undefined"];
        self.iter()
            .any(|fragment| matches!(fragment, Fragment::Value(value) if FLAGS.contains(&value.written.as_str())))
    }

    /// The number of words in its texts.
    pub(super) fn words(&self) -> usize {
        fn all(fragments: &[Fragment]) -> usize {
            let of_one = |fragment: &Fragment| match fragment {
                Fragment::Text(passage) => {
                    passage.text.split_whitespace().filter(|word| word.contains(char::is_alphabetic)).count()
                }
                Fragment::Value(_) => 0,
                Fragment::Choice(choice) => choice.branches.iter().map(|branch| all(branch)).sum(),
            };
            fragments.iter().map(of_one).sum()
        }
        self.iter().map(|fragment| all(std::slice::from_ref(fragment))).sum()
    }

    pub(super) fn push(&mut self, fragment: Fragment) {
        if self.is_cut() {
            return;
        }
        let shown = Shown::by(&fragment);
        self.shown = self.shown.and(shown);
        self.pieces.push(Piece { fragment, shown });
    }

    /// Appends a text; if both are too large together, it is not read.
    pub(super) fn append(&mut self, other: Self) {
        if self.is_cut() {
            return;
        }
        if self.shown.weight + other.shown.weight > MOST_WEIGHT {
            let at = other.first_byte().or(self.first_byte()).unwrap_or_default();
            self.push(too_large("", at));
            return;
        }
        self.shown = self.shown.and(other.shown);
        self.pieces.append(other.pieces);
    }

    /// Puts a text in place of the first so many occurrences of a literal, and tells whether there is one.
    pub(super) fn replace(&mut self, literal: &str, by: Self, most: usize) -> bool {
        let occurrences = |fragment: &Fragment| match fragment {
            Fragment::Text(passage) => passage.text.matches(literal).count(),
            _ => 0,
        };
        let counts: Vec<usize> = self.iter().map(occurrences).collect();
        let Some(first) = counts.iter().position(|count| *count > 0) else { return false };
        if self.shown.weight + counts.iter().sum::<usize>().min(most) * by.shown.weight > MOST_WEIGHT {
            let at = self.first_byte_behind(first).unwrap_or_default();
            *self = self.start(first);
            self.push(too_large("", at));
        } else {
            self.change(|content| text::replace(content, literal, &by.into_vec(), most));
        }
        true
    }

    /// Tells whether the text is not read from some place on, so that what is put behind it is not either.
    pub(super) fn is_cut(&self) -> bool {
        self.shown.is_cut
    }

    /// Makes other fragments of them.
    pub(super) fn change(&mut self, changed: impl FnOnce(Vec<Fragment>) -> Vec<Fragment>) {
        *self = changed(std::mem::take(self).into_vec()).into();
    }

    /// The number of fragments, with those that long texts count as and those in choices.
    pub(super) fn weight(&self) -> usize {
        self.shown.weight
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
        self.pieces.alike(&other.pieces, |ours, theirs| ours.fragment == theirs.fragment)
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

    /// Tells whether values stand in it.
    pub(super) fn has_values(&self) -> bool {
        self.shown.class.is_some()
    }

    /// Tells whether it is one of several texts and nothing beside.
    pub(super) fn is_choice(&self) -> bool {
        self.len() == 1 && matches!(self.first(), Some(Fragment::Choice(_)))
    }

    /// Tells whether it is one value alone.
    pub(super) fn is_value(&self) -> bool {
        self.len() == 1 && matches!(self.first(), Some(Fragment::Value(_)))
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

/// The number of some fragments, with those that long texts count as and those in choices.
fn weight(fragments: &[Fragment]) -> usize {
    let by = |fragment: &Fragment| match fragment {
        Fragment::Text(passage) => 1 + passage.text.len() / BYTES_OF_A_FRAGMENT,
        Fragment::Value(_) => 1,
        Fragment::Choice(choice) => 1 + choice.branches.iter().map(|branch| weight(branch)).sum::<usize>(),
    };
    fragments.iter().map(by).sum()
}

/// The number of choices that stand in each other.
fn depth(fragments: &[Fragment]) -> usize {
    let by = |fragment: &Fragment| match fragment {
        Fragment::Choice(choice) => 1 + choice.branches.iter().map(|branch| depth(branch)).max().unwrap_or(0),
        _ => 0,
    };
    fragments.iter().map(by).max().unwrap_or(0)
}

/// The fragments at the beginning of a text up to a weight; of a choice that is too large its first text, and of that the beginning.
fn start_of<'a>(fragments: impl Iterator<Item = &'a Fragment>, most: usize) -> Vec<Fragment> {
    let (mut kept, mut room) = (Vec::new(), most);
    for fragment in fragments {
        let own = weight(std::slice::from_ref(fragment));
        if own <= room {
            room -= own;
            kept.push(fragment.clone());
            continue;
        }
        let at = first_byte(std::slice::from_ref(fragment)).unwrap_or_default();
        if let Fragment::Choice(choice) = fragment
            && let Some(usual) = choice.branches.iter().find(|branch| !branch.is_empty()).filter(|_| room > 1)
        {
            let branches = vec![start_of(usual.iter(), room / 2), vec![too_large("", at)]];
            kept.push(Fragment::Choice(Choice::new(choice.written.clone(), branches, choice.span.clone())));
        }
        kept.push(too_large("", at));
        break;
    }
    kept
}

/// The place of a text that is not worked out.
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
