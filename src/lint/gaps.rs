//! Gaps: the times between one call made from a template and the next, where logs tell.

use crate::time::{SignedDuration, Timestamp};

/// The gaps of each template of a file, in their order; none where no log was given.
#[derive(Clone, Debug, Default)]
pub struct Gaps(Vec<TemplateGaps>);

/// The gaps of one template, and the time of its last call.
#[derive(Clone, Debug, Default)]
pub(super) struct TemplateGaps {
    gaps: Vec<SignedDuration>,
    last: Option<Timestamp>,
}

impl Gaps {
    /// Templates, so many, without a call.
    pub fn of_templates(count: usize) -> Self {
        Self(vec![TemplateGaps::default(); count])
    }

    /// Takes note of a call made from the template with this index; calls come in the order of time.
    pub fn add(&mut self, template: usize, time: Timestamp) {
        let Some(own) = self.0.get_mut(template) else { return };
        if let Some(last) = own.last.replace(time) {
            own.gaps.push(time.duration_since(last));
        }
    }

    /// The gaps of a template, the shortest first.
    pub(super) fn sorted(&self, template: usize) -> Vec<SignedDuration> {
        let mut gaps = self.0.get(template).map(|own| own.gaps.clone()).unwrap_or_default();
        gaps.sort_unstable();
        gaps
    }
}
