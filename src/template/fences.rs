//! Fences: the stretches of a text that stand as code between lines of three backticks.

use std::ops::Range;

/// The fenced stretches of a text, in order.
pub(super) struct Fences(Vec<Range<usize>>);

impl Fences {
    /// The fences of a text; one that is not closed is none.
    pub(super) fn new(text: &str) -> Self {
        let (mut fences, mut open, mut at) = (Vec::new(), None, 0);
        for line in text.split_inclusive('\n') {
            if line.trim_start().starts_with("```") {
                match open.take() {
                    None => open = Some(at),
                    Some(start) => fences.push(start..at),
                }
            }
            at += line.len();
        }
        Self(fences)
    }

    /// Tells whether a byte stands in fenced code.
    pub(super) fn contains(&self, at: usize) -> bool {
        self.last(|fence| fence.start <= at).is_some_and(|fence| at < fence.end)
    }

    /// Tells whether one of them reaches from before a byte up to it.
    pub(super) fn reach(&self, at: usize) -> bool {
        self.last(|fence| fence.start < at).is_some_and(|fence| at <= fence.end)
    }

    fn last(&self, begins: impl Fn(&Range<usize>) -> bool) -> Option<&Range<usize>> {
        self.0[..self.0.partition_point(begins)].last()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_between_two_lines_of_backticks_is_fenced() {
        let text = "a\n```py\nb\n```\nc\n  ```\nd\n```\n```\ne";
        let fences = Fences::new(text);
        let is_in = |letter| fences.contains(text.find(letter).unwrap_or_default());
        assert_eq!(['a', 'b', 'c', 'd', 'e'].map(is_in), [false, true, false, true, false]);
        let (open, closed) = (2, text.find("```\nc").unwrap_or_default());
        assert_eq!([open, open + 1, closed, closed + 1].map(|at| fences.reach(at)), [false, true, true, false]);
    }
}
