//! One exchange as a line of JSON: the contract that scripts rely on.

use serde::Serialize;
use serde_json::{Value, json};

use crate::account::Charge;
use crate::causes::{CauseCode, own_causes};
use crate::exchange::Place;
use crate::number::ratio;
use crate::rates::Cost;
use crate::report::SCHEMA_VERSION;
use crate::report::text::rounded;
use crate::simulation::{Divergence, Record};

/// The fields that `--format jsonl` writes for each exchange, in this order.
#[derive(Serialize)]
pub(super) struct Wire<'a> {
    schema_version: u32,
    source: &'a str,
    line: u64,
    id: Option<&'a str>,
    time: Option<String>,
    model: Option<&'a str>,
    profile: Option<&'a str>,
    profile_basis: Option<String>,
    key_order: Option<String>,
    scope: Option<&'a str>,
    scope_basis: String,
    prompt_tokens: Option<u64>,
    prompt_tokens_reported: Option<u64>,
    prompt_tokens_billed: Option<u64>,
    estimated: bool,
    estimated_because: Option<&'a str>,
    known_in_part: bool,
    hit_tokens_predicted: Option<u64>,
    hit_tokens_min: Option<u64>,
    hit_tokens_max: Option<u64>,
    hit_likelihood: Option<f64>,
    hit_tokens_reported: Option<u64>,
    hit_tokens_billed: Option<u64>,
    written_tokens_predicted: Option<u64>,
    written_tokens_reported: Option<u64>,
    output_tokens: Option<u64>,
    ledger: Option<Value>,
    usage_buckets: Option<Value>,
    cause: Option<&'static str>,
    causes: Vec<RowCause>,
    tokens_given_back: Option<i64>,
    lost: Option<u64>,
    unexplained: Option<u64>,
    parent_source: Option<&'a str>,
    parent_line: Option<u64>,
    divergence_token: Option<u64>,
    divergence_place: Option<String>,
    hit_blocks: Option<u64>,
    blocks: Option<u64>,
    cost_predicted: Option<String>,
    cost_reported: Option<String>,
    cost_billed: Option<String>,
    cost_logged: Option<String>,
    cost_without_cache: Option<String>,
    cost_best: Option<String>,
    currency: Option<String>,
}

/// The causes of one request's misses, the largest first.
#[derive(Default)]
pub(super) struct RowCauses {
    causes: Vec<RowCause>,
    tokens_given_back: Option<i64>,
}

#[derive(Serialize)]
struct RowCause {
    cause: &'static str,
    tokens_missed: u64,
}

impl RowCauses {
    pub(super) fn new(causes: &[(CauseCode, u64)], tokens_given_back: Option<i64>) -> Self {
        let row = |(code, tokens): &(CauseCode, u64)| RowCause { cause: code.code(), tokens_missed: *tokens };
        Self { causes: causes.iter().map(row).collect(), tokens_given_back }
    }

    /// The causes that the record alone tells.
    pub(super) fn of_record(record: &Record) -> Self {
        Self::new(&own_causes(record), None)
    }
}

/// The earlier request that a record is held against.
pub(super) fn parent_of(record: &Record) -> Option<Place> {
    let parent = record.prediction.and_then(|prediction| prediction.parent).map(|parent| parent.place);
    parent.or_else(|| record.by_usage?.continues)
}

/// Buckets as an object.
fn object(buckets: &[(&str, u64)]) -> Value {
    Value::Object(buckets.iter().map(|(name, tokens)| ((*name).to_owned(), json!(tokens))).collect())
}

impl<'a> Wire<'a> {
    pub(super) fn new(record: &'a Record, source: &'a str, parent_source: Option<&'a str>, causes: RowCauses) -> Self {
        let prediction = record.prediction;
        let bill = &record.bill;
        let decimal = |cost: Option<Cost>| cost.map(|cost| cost.total().decimal());
        let charged = |charge: Option<&Charge>| decimal(charge.and_then(|charge| charge.cost));
        let billed = bill.billed().map(|(_, charge)| charge);
        Self {
            schema_version: SCHEMA_VERSION,
            source,
            line: record.place.line,
            id: record.id.as_deref(),
            time: record.time.map(|time| time.to_string()),
            model: record.model.as_deref(),
            profile: record.applied.as_ref().map(|applied| applied.profile.as_str()),
            profile_basis: record.applied.as_ref().map(|applied| applied.basis.to_string()),
            key_order: record.tool_writing.map(|judged| judged.to_string()),
            scope: record.scope.as_deref(),
            scope_basis: record.scope_basis.to_string(),
            prompt_tokens: record.prompt_tokens,
            prompt_tokens_reported: record.reported.prompt_tokens,
            prompt_tokens_billed: bill.prompt_tokens,
            estimated: record.estimated.is_some(),
            estimated_because: record.estimated.as_deref(),
            known_in_part: record.known_in_part,
            hit_tokens_predicted: prediction.map(|prediction| prediction.hit_tokens),
            hit_tokens_min: prediction.map(|prediction| prediction.hit_tokens_min),
            hit_tokens_max: prediction.map(|prediction| prediction.hit_tokens_max),
            hit_likelihood: prediction
                .and_then(|prediction| prediction.likelihood)
                .and_then(|likelihood| ratio(likelihood.served.into(), likelihood.of.into()).map(rounded)),
            hit_tokens_reported: record.reported.hit_tokens,
            hit_tokens_billed: billed.map(|charge| charge.usage.hit_tokens),
            written_tokens_predicted: prediction.and_then(|prediction| Some(prediction.written?.total())),
            written_tokens_reported: record.reported.written.map(|written| written.total()),
            output_tokens: record.output_tokens,
            ledger: prediction.map(|prediction| object(&prediction.ledger.buckets())),
            usage_buckets: record.by_usage.map(|judged| object(&judged.buckets.named())),
            cause: causes.causes.first().map(|cause| cause.cause),
            causes: causes.causes,
            tokens_given_back: causes.tokens_given_back,
            lost: record.lost(),
            unexplained: record.unexplained(),
            parent_source,
            parent_line: parent_of(record).map(|place| place.line),
            divergence_token: record.divergence.as_ref().map(|divergence| divergence.token),
            divergence_place: record.divergence.as_ref().and_then(Divergence::place_in_request),
            hit_blocks: record.blocks.map(|blocks| blocks.hit),
            blocks: record.blocks.map(|blocks| blocks.total),
            cost_predicted: charged(bill.predicted.as_ref()),
            cost_reported: charged(bill.reported.as_ref()),
            cost_billed: charged(billed),
            cost_logged: record.logged_cost.map(|cost| cost.decimal()),
            cost_without_cache: decimal(bill.without_cache),
            cost_best: charged(bill.best.as_ref()),
            currency: bill.currency().map(|currency| currency.to_string()),
        }
    }
}
