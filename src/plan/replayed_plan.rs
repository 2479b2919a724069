//! A plan: a change, what it saves, and what to do for it.

use super::models::OtherModel;
use super::saving::Saving;

/// A change that was replayed.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The kind of plan: `breakpoints`, `compaction`, `models`, `order`, `warm-up`.
    pub kind: &'static str,
    /// The change, in words that complete "With …".
    pub change: String,
    /// The cost and the tokens that it saves.
    pub saving: Saving,
    /// Assumptions of its figures.
    pub assumptions: Vec<String>,
    /// The steps that make the change.
    pub how: String,
    /// The comparison with another model, if it is one.
    pub other_model: Option<OtherModel>,
    /// True if an even better change of this kind may exist.
    pub is_bound: bool,
}
