//! Decisions of a run: everything that evidence decided over a whole log, so that the log can be replayed by it again, whole or in
//! shards.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::Context;
use serde::{Deserialize, Serialize};

use crate::evidence::judgement::{Judgement, Judgements, RequestKey, Support, ToolWritingJudgement};
use crate::evidence::spacing::Spacing;
use crate::exchange::Exchange;
use crate::profile::Profiles;
use crate::prompt::{Nulls, ToolWriting};
use crate::simulation::{Couplings, Settings, Sharings};

/// The decisions over a log.
#[derive(Clone, Debug, Default)]
pub(crate) struct Decided {
    pub(super) judgements: Judgements,
    pub(super) sharings: Arc<Sharings>,
    pub(super) spacing: Arc<Spacing>,
    /// The lines stand in the order of replay.
    pub(super) is_in_order: bool,
    /// The order of replay is that of the times, and no answer in a later prompt changes it.
    pub(super) is_by_times: bool,
    /// Reported hits turn the order round that times and prompts tell.
    pub(super) is_turned: bool,
    pub(crate) couplings: Couplings,
}

/// The requests of a log as far as they tell it from others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Identity {
    calls: u64,
    digest: u128,
}

/// The same decisions as they stand in a file.
#[derive(Serialize, Deserialize)]
pub(crate) struct WrittenDecisions {
    lines_are_in_order: bool,
    times_tell_the_order: bool,
    order_is_turned_round: bool,
    calls_that_depend_on_each_other: Couplings,
    /// Requests that fall under another rule than their date or name suggests, or whose tools were sent otherwise than logged.
    judged_calls: Vec<WrittenJudgement>,
    shared_caches: Sharings,
    spacing: Spacing,
}

/// One judgement on several requests.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct WrittenJudgement {
    profile: String,
    support: Support,
    /// Their members that are `null`, the order of their keys, and the support for both.
    tools: Option<(Nulls, Option<String>, Option<Support>)>,
    calls: Vec<RequestKey>,
}

impl Identity {
    /// Takes up a request, in whichever order.
    pub(super) fn add(&mut self, exchange: &Exchange) {
        self.merge(Self { calls: 1, digest: RequestKey::new(exchange).digest() });
    }

    /// Takes up other requests.
    pub(crate) fn merge(&mut self, other: Self) {
        self.calls += other.calls;
        self.digest = self.digest.wrapping_add(other.digest);
    }

    /// Number of requests.
    pub(crate) fn calls(self) -> u64 {
        self.calls
    }
}

impl Decided {
    /// The settings of a replay by these decisions.
    pub(super) fn settle(&self, settings: &mut Settings) {
        settings.sharings = Arc::clone(&self.sharings);
        settings.spacing = Arc::clone(&self.spacing);
    }

    /// The decisions as a file keeps them.
    pub(crate) fn written(&self) -> WrittenDecisions {
        let mut alike: BTreeMap<WrittenJudgement, Vec<RequestKey>> = BTreeMap::new();
        for (call, Judgement { profile, support, tool_writing }) in self.judgements.all() {
            let tools = tool_writing.map(|ToolWritingJudgement { writing, support }| {
                (writing.nulls, writing.order.map(|order| order.name.to_owned()), support)
            });
            let (profile, support, calls) = (profile.name.clone(), *support, Vec::new());
            alike.entry(WrittenJudgement { profile, support, tools, calls }).or_default().push(call);
        }
        let judged = alike.into_iter().map(|(judgement, calls)| WrittenJudgement { calls, ..judgement });
        WrittenDecisions {
            lines_are_in_order: self.is_in_order,
            times_tell_the_order: self.is_by_times,
            order_is_turned_round: self.is_turned,
            calls_that_depend_on_each_other: self.couplings,
            judged_calls: judged.collect(),
            shared_caches: Sharings::clone(&self.sharings),
            spacing: Spacing::clone(&self.spacing),
        }
    }
}

impl WrittenDecisions {
    /// The decisions that a file keeps.
    ///
    /// # Errors
    /// The file names a rule that is not known.
    pub(crate) fn read(self) -> anyhow::Result<Decided> {
        let mut judgements = Vec::new();
        for WrittenJudgement { profile, support, tools, calls } in self.judged_calls {
            let known = Profiles::builtin().named(&profile).with_context(|| {
                format!("the assumptions name the cache rule {profile}, which this program does not have")
            })?;
            let tool_writing = tools.map(|(nulls, order, support)| {
                let writing = ToolWriting::named(nulls, order.as_deref())
                    .context("the assumptions name an order of keys that this program does not have")?;
                Ok::<_, anyhow::Error>(ToolWritingJudgement { writing, support })
            });
            let tool_writing = tool_writing.transpose()?;
            let judgement = Judgement { profile: Arc::clone(known), support, tool_writing };
            judgements.extend(calls.into_iter().map(|call| (call, judgement.clone())));
        }
        Ok(Decided {
            judgements: judgements.into_iter().collect(),
            sharings: Arc::new(self.shared_caches),
            spacing: Arc::new(self.spacing),
            is_in_order: self.lines_are_in_order,
            is_by_times: self.times_tell_the_order,
            is_turned: self.order_is_turned_round,
            couplings: self.calls_that_depend_on_each_other,
        })
    }
}
