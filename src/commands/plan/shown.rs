//! Plans as they are shown, whatever they were made of.

use super::AllCauses;
use crate::causes::{Cause, CauseCode};
use crate::money::{Decimal, Money};
use crate::plan::{OtherModel, Plan};

/// A plan as it is shown, whatever it was made of.
pub(super) struct Shown {
    pub(super) kind: &'static str,
    pub(super) change: String,
    pub(super) calls: u64,
    pub(super) tokens: i64,
    pub(super) saved: Option<Money>,
    /// The cost as it is, with the change, and with the change at least and at most.
    pub(super) costs: Option<[Money; 4]>,
    pub(super) assumptions: Vec<String>,
    pub(super) how: String,
    pub(super) other_model: Option<OtherModel>,
}

/// The most changes that are told how to make.
const ADVISED: usize = 3;

/// The kind of plans that undo a cause of misses.
const PROMPTS: &str = "prompts";

/// Changes that are told how to make: those that save most, of policies in place of one another the best.
pub(super) fn advised(shown: &[Shown]) -> Vec<&Shown> {
    let mut advised: Vec<&Shown> = Vec::new();
    for plan in gaining(shown) {
        let is_in_place_of_another = plan.kind != PROMPTS && advised.iter().any(|better| better.kind == plan.kind);
        if !is_in_place_of_another && advised.len() < ADVISED {
            advised.push(plan);
        }
    }
    advised
}

/// The changes that save money, or tokens where money is not known; those that save most first.
pub(super) fn gaining(shown: &[Shown]) -> impl Iterator<Item = &Shown> {
    shown.iter().filter(|plan| plan.saved.map_or(plan.tokens > 0, |saved| saved.amount > Decimal::ZERO))
}

impl Shown {
    pub(super) fn of_plan(plan: &Plan) -> Self {
        let saving = plan.saving;
        Self {
            kind: plan.kind,
            change: plan.change.clone(),
            calls: saving.calls,
            tokens: saving.tokens,
            saved: saving.saved(),
            costs: Some([saving.now.likely, saving.then.likely, saving.then.least, saving.then.most]),
            assumptions: plan.assumptions.clone(),
            how: plan.how.clone(),
            other_model: plan.other_model.clone(),
        }
    }

    /// A cause that can be undone; `None` for one that cannot, and where undoing it serves no more tokens.
    pub(super) fn of_cause(cause: &Cause) -> Option<Self> {
        let given_back = cause.given_back.filter(|given_back| given_back.tokens > 0)?;
        Some(Self {
            kind: PROMPTS,
            change: format!("undoing `{}` ({})", cause.code.code(), cause.code.what()),
            calls: cause.requests,
            tokens: given_back.tokens,
            saved: given_back.cost,
            costs: None,
            assumptions: vec!["answers stay as they were".into()],
            how: cause
                .code
                .remedy()
                .map(|remedy| format!("{remedy}; `cachecheck simulate` names the places"))
                .unwrap_or_default(),
            other_model: None,
        })
    }

    /// All causes at once, of which each alone gives back less.
    pub(super) fn of_all_causes(all: &AllCauses) -> Self {
        let names: Vec<String> = all.codes.iter().map(|cause| format!("`{}`", cause.code())).collect();
        let remedy = |cause: &CauseCode| Some(format!("`{}`: {}", cause.code(), cause.remedy()?));
        let remedies: Vec<String> = all.codes.iter().filter_map(remedy).collect();
        Self {
            kind: PROMPTS,
            change: format!("undoing {} at once, since one hides what another would give back", list(&names)),
            calls: all.calls,
            tokens: all.given_back.tokens,
            saved: all.given_back.cost,
            costs: None,
            assumptions: vec!["answers stay as they were".into()],
            how: format!("{}; `cachecheck simulate` names the places", remedies.join("; ")),
            other_model: None,
        }
    }
}

/// Names in a sentence.
fn list(names: &[String]) -> String {
    match names {
        [before @ .., last] if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        _ => names.concat(),
    }
}
