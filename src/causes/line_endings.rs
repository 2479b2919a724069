//! Line endings: texts in which all lines end in another way are compared as if they ended alike, so that another difference on the same
//! lines is found, and undone, as it is.

use std::borrow::Cow;

/// The line endings of two texts, the old one's and the new one's, where each has its own throughout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct OtherEndings {
    ours: &'static str,
    theirs: &'static str,
}

impl OtherEndings {
    /// The endings of two texts; `None` where they are the same, or one text has none or several.
    pub(super) fn new(old: &str, new: &str) -> Option<Self> {
        // Most texts have no carriage return at all.
        if !old.contains('\r') && !new.contains('\r') {
            return None;
        }
        let (ours, theirs) = (ending(old)?, ending(new)?);
        (ours != theirs).then_some(Self { ours, theirs })
    }

    /// A text in the new text's endings as it reads in those of the old.
    pub(super) fn as_old(self, new: &str) -> String {
        new.replace(self.theirs, self.ours)
    }
}

/// The ending of all lines of a text; `None` of a text without any.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LineEnds(Option<&'static str>);

impl LineEnds {
    /// `None` of a text whose lines end in several ways.
    pub(super) fn new(text: &str) -> Option<Self> {
        let found = ending(text);
        (found.is_some() || !text.contains(['\n', '\r'])).then_some(Self(found))
    }

    /// Both have lines, which end otherwise.
    pub(super) fn differ_from(self, other: Self) -> bool {
        self.0.zip(other.0).is_some_and(|(ours, theirs)| ours != theirs)
    }

    /// The other's if there is no line.
    pub(super) fn or(self, other: Self) -> Self {
        Self(self.0.or(other.0))
    }

    /// A text with plain line feeds in place of these.
    pub(super) fn without(self, text: &str) -> Cow<'_, str> {
        match self.0 {
            Some(end) if end != "\n" => Cow::Owned(text.replace(end, "\n")),
            _ => Cow::Borrowed(text),
        }
    }

    /// The reverse.
    pub(super) fn within(self, text: String) -> String {
        match self.0 {
            Some(end) if end != "\n" => text.replace('\n', end),
            _ => text,
        }
    }
}

/// The new text with the line endings of the old.
pub(super) fn with_endings_of<'a>(old: &str, new: &'a str) -> Cow<'a, str> {
    OtherEndings::new(old, new).map_or(Cow::Borrowed(new), |endings| Cow::Owned(endings.as_old(new)))
}

/// The ending of all lines of a text.
fn ending(text: &str) -> Option<&'static str> {
    let count = |ending: &str| text.matches(ending).count();
    match (count("\n"), count("\r"), count("\r\n")) {
        (0, 0, _) => None,
        (_, 0, _) => Some("\n"),
        (0, ..) => Some("\r"),
        (feeds, returns, both) => (feeds == both && returns == both).then_some("\r\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_with_endings_of_their_own_throughout_are_read_alike() {
        assert_eq!(with_endings_of("a\nb\n", "a\r\nc\r\n"), "a\nc\n");
        assert_eq!(with_endings_of("a\r\nb", "a\nc"), "a\r\nc");
        assert_eq!(with_endings_of("a\r\nb", "a\rc"), "a\r\nc");
        let (feeds, both) = (LineEnds::new("a\nb").unwrap(), LineEnds::new("a\r\nb").unwrap());
        assert!(feeds.differ_from(both) && !feeds.differ_from(LineEnds::new("a").unwrap()));
        assert_eq!((&*both.without("a\r\nb"), both.within("x\ny".into())), ("a\nb", "x\r\ny".into()));
        assert_eq!(LineEnds::new("a\nb\r\nc"), None);
        for (old, new) in [("a\nb", "a\nb\r\nc"), ("a", "a\r\nb"), ("a\nb", "c\nd"), ("a\r\nb", "c\r\nd")] {
            assert_eq!(OtherEndings::new(old, new), None, "{old:?} {new:?}");
        }
    }
}
