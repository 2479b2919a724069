//! Cards as YAML: price lists, schedules and calendars, read strictly.
//!
//! An unknown key is an error with its position, since a misspelt price would otherwise be a wrong bill. Prices are
//! per million tokens and written as strings, `"0.028"`, so that no reader on the way rounds them.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Deserializer};

use super::pattern::{Fit, ModelPattern};
use super::prices::Prices;
use super::query::Tier;
use super::schedule::{Calendar, Calendars, Period, Schedule};
use super::search_fee::SearchFee;
use super::surcharge::Surcharge;
use super::text::{from_text, from_text_option, parsed};
use crate::money::Currency;

/// Prices, each with its provider, its time and its source.
#[derive(Clone, Debug)]
pub struct RateCard {
    lists: Vec<Arc<PriceList>>,
    pub(super) surcharges: Vec<Arc<Surcharge>>,
    pub(super) search_fees: Vec<SearchFee>,
    pub(super) schedules: BTreeMap<String, Schedule>,
    pub(super) calendars: Calendars,
    /// The card that answers what this one leaves open.
    pub(super) base: Option<Arc<RateCard>>,
}

impl RateCard {
    /// A user's card: it comes before the built-in one, or replaces it where it says `extends: nothing`.
    pub fn read(yaml: &str) -> Result<Self, CardError> {
        let file: File = serde_yaml::from_str(yaml)?;
        let base = matches!(file.extends, Extends::Builtin).then(Self::builtin);
        file.into_card(base)
    }

    /// A card in JSON, without another behind it.
    pub(super) fn standalone(json: &str) -> Result<Self, CardError> {
        let file: File = serde_json::from_str(json).map_err(|error| CardError::new(error.to_string()))?;
        file.into_card(None)
    }

    /// Every row with its list, in the card's order; the rows of the card it extends are not among them.
    pub fn rows(&self) -> impl Iterator<Item = (&PriceList, &Row)> {
        self.shared_rows().map(|(list, row)| (&**list, &**row))
    }

    /// The same, as what a [`super::Rate`] keeps.
    pub(super) fn shared_rows(&self) -> impl Iterator<Item = (&Arc<PriceList>, &Arc<Row>)> {
        self.lists.iter().flat_map(|list| list.rows.iter().map(move |row| (list, row)))
    }

    /// Every row with its list, then those of the card it extends.
    pub fn all_rows(&self) -> impl Iterator<Item = (&PriceList, &Row)> {
        self.rows().chain(self.base.iter().flat_map(|base| base.rows()))
    }

    /// Its surcharges, then those of the card it extends.
    pub fn all_surcharges(&self) -> impl Iterator<Item = &Surcharge> {
        self.cards().flat_map(|card| &card.surcharges).map(|surcharge| &**surcharge)
    }

    /// The period of a row's schedule at an instant: peak or off-peak; `None` if it has no schedule.
    pub fn period(&self, row: &Row, at: Timestamp) -> Option<Period> {
        Some(self.schedules.get(row.schedule()?)?.at(at, &self.calendars).period)
    }

    /// The peak hours of a row's schedule that an instant lies in, from their begin to their end; `None` outside them.
    pub fn peak(&self, row: &Row, at: Timestamp) -> Option<(Timestamp, Timestamp)> {
        self.schedules.get(row.schedule()?)?.peak(at, &self.calendars)
    }

    /// Its schedules by name, those of the card it extends included.
    pub fn schedules(&self) -> impl Iterator<Item = (&str, &Schedule)> {
        self.schedules.iter().map(|(name, schedule)| (name.as_str(), schedule))
    }

    /// The last day of which the schedule knows all holidays; `None` where it asks for none.
    pub fn holidays_known_until(&self, schedule: &Schedule) -> Option<Date> {
        schedule.calendars().filter_map(|name| Some(self.calendars.get(name)?.last_known())).min()
    }

    /// Its holiday calendars by name, those of the card it extends included.
    pub fn calendars(&self) -> impl Iterator<Item = (&str, &Calendar)> {
        self.calendars.iter().map(|(name, calendar)| (name.as_str(), calendar))
    }

    /// The card that answers what this one leaves open.
    pub fn extends(&self) -> Option<&Self> {
        self.base.as_deref()
    }

    /// Day on which its newest list was retrieved; one of past prices alone says nothing of those that hold.
    pub fn retrieved(&self) -> Option<Date> {
        let holds = |list: &&Arc<PriceList>| list.rows.iter().any(|row| row.valid_until.is_none());
        self.lists
            .iter()
            .filter(holds)
            .map(|list| list.retrieved)
            .chain(self.base.as_deref().and_then(Self::retrieved))
            .max()
    }

    /// Every name that a row or a schedule refers to must be there.
    fn check(self) -> Result<Self, CardError> {
        let schedules = self.rows().filter_map(|(_, row)| row.prices.schedule());
        let calendars = self.schedules.values().flat_map(Schedule::calendars);
        let missing = |kind: &str, name: &str| Err(CardError::new(format!("no {kind} is called `{name}`")));
        for name in schedules {
            if !self.schedules.contains_key(name) {
                return missing("schedule", name);
            }
        }
        for name in calendars {
            if !self.calendars.contains_key(name) {
                return missing("calendar", name);
            }
        }
        Ok(self)
    }
}

/// A card's file.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    extends: Extends,
    #[serde(default)]
    calendars: Calendars,
    #[serde(default)]
    schedules: BTreeMap<String, Schedule>,
    #[serde(default)]
    surcharges: Vec<Surcharge>,
    #[serde(default)]
    search_fees: Vec<SearchFee>,
    price_lists: Vec<PriceList>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Extends {
    #[default]
    Builtin,
    Nothing,
}

impl File {
    /// Schedules and calendars of the base can be referred to by name.
    fn into_card(mut self, base: Option<Arc<RateCard>>) -> Result<RateCard, CardError> {
        if let Some(base) = &base {
            for (name, schedule) in &base.schedules {
                self.schedules.entry(name.clone()).or_insert_with(|| schedule.clone());
            }
            for (name, calendar) in &base.calendars {
                self.calendars.entry(name.clone()).or_insert_with(|| calendar.clone());
            }
        }
        let lists = self.price_lists.into_iter().map(Arc::new).collect();
        let surcharges = self.surcharges.into_iter().map(Arc::new).collect();
        let search_fees = self.search_fees;
        RateCard { lists, surcharges, search_fees, schedules: self.schedules, calendars: self.calendars, base }.check()
    }
}

/// Prices of one provider in one currency from one source.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceList {
    /// The provider that charges.
    pub provider: String,
    /// Of all prices of the list.
    #[serde(deserialize_with = "from_text")]
    pub currency: Currency,
    /// Document that has the prices, and its date.
    pub source: String,
    /// Day on which they were read there.
    #[serde(deserialize_with = "from_text")]
    pub retrieved: Date,
    /// One per model, validity and tier.
    #[serde(deserialize_with = "shared_rows")]
    pub rows: Vec<Arc<Row>>,
}

impl PriceList {
    /// The first instant of the day on which its prices were read.
    pub(super) fn seen_at(&self) -> Timestamp {
        self.retrieved.at(0, 0, 0, 0).to_zoned(TimeZone::UTC).map_or(Timestamp::UNIX_EPOCH, |day| day.timestamp())
    }
}

fn shared_rows<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Arc<Row>>, D::Error> {
    Ok(Vec::<Row>::deserialize(deserializer)?.into_iter().map(Arc::new).collect())
}

/// The prices of some models in one tier and one span of time.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "RawRow")]
pub struct Row {
    /// The models that are charged so.
    pub models: Vec<ModelPattern>,
    /// The service tier.
    pub tier: Tier,
    /// Only for prompts of more tokens than this.
    pub context_over: u64,
    /// Only for prompts of at most so many tokens.
    pub context_up_to: Option<u64>,
    /// From this instant on; `None`: not known since when.
    pub valid_from: Option<Timestamp>,
    /// Up to before this instant.
    pub valid_until: Option<Timestamp>,
    /// The prices.
    pub prices: RowPrices,
    /// Further remarks of the source.
    pub note: Option<String>,
    /// The reason why the provider may charge otherwise.
    pub doubt: Option<String>,
}

impl Row {
    /// True if one of the row's names is the model's.
    pub fn is_of(&self, model: &str) -> bool {
        self.fit(model).is_some()
    }

    /// A model that both rows charge at some common time, tier and size of prompt.
    pub fn repeats(&self, other: &Self) -> Option<&ModelPattern> {
        let ends =
            |one: &Self, two: &Self| one.valid_until.zip(two.valid_from).is_some_and(|(until, from)| until <= from);
        let same = self.tier == other.tier
            && self.context_over == other.context_over
            && self.valid_from.is_some() == other.valid_from.is_some()
            && !ends(self, other)
            && !ends(other, self);
        self.models.iter().find(|model| same && other.models.contains(model))
    }

    /// The name of its schedule, where it has one.
    pub fn schedule(&self) -> Option<&str> {
        self.prices.schedule()
    }

    /// The best fit of the row's names to a model, if there is one.
    pub(super) fn fit(&self, model: &str) -> Option<Fit> {
        self.models.iter().filter_map(|pattern| pattern.fit(model)).max()
    }

    /// True if it holds at that instant.
    pub fn covers(&self, at: Timestamp) -> bool {
        self.valid_from.is_none_or(|from| from <= at) && self.valid_until.is_none_or(|until| at < until)
    }

    pub(super) fn takes(&self, prompt_tokens: u64) -> bool {
        (self.context_over == 0 || prompt_tokens > self.context_over)
            && self.context_up_to.is_none_or(|limit| prompt_tokens <= limit)
    }
}

/// One price at all hours, or two by a schedule.
#[derive(Clone, Debug)]
pub enum RowPrices {
    /// The same at all hours.
    Flat(Arc<Prices>),
    /// By the hour.
    Scheduled {
        /// The name of the schedule.
        schedule: String,
        /// In its peak hours.
        peak: Arc<Prices>,
        /// At all other hours.
        off_peak: Arc<Prices>,
    },
}

impl RowPrices {
    fn schedule(&self) -> Option<&str> {
        match self {
            Self::Flat(_) => None,
            Self::Scheduled { schedule, .. } => Some(schedule),
        }
    }
}

/// A row as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRow {
    models: Vec<ModelPattern>,
    #[serde(default)]
    tier: Tier,
    #[serde(default)]
    context_over: u64,
    context_up_to: Option<u64>,
    #[serde(default, deserialize_with = "from_text_option")]
    valid_from: Option<Instant>,
    #[serde(default, deserialize_with = "from_text_option")]
    valid_until: Option<Instant>,
    prices: Option<Prices>,
    schedule: Option<String>,
    peak: Option<Prices>,
    off_peak: Option<Prices>,
    note: Option<String>,
    doubt: Option<String>,
}

impl TryFrom<RawRow> for Row {
    type Error = &'static str;

    fn try_from(raw: RawRow) -> Result<Self, Self::Error> {
        let prices = match (raw.prices, raw.schedule, raw.peak, raw.off_peak) {
            (Some(prices), None, None, None) => RowPrices::Flat(Arc::new(prices)),
            (None, Some(schedule), Some(peak), Some(off_peak)) => {
                RowPrices::Scheduled { schedule, peak: Arc::new(peak), off_peak: Arc::new(off_peak) }
            }
            _ => return Err("a row has either `prices`, or `schedule` with `peak` and `off_peak`"),
        };
        let (valid_from, valid_until) = (raw.valid_from.map(|at| at.0), raw.valid_until.map(|at| at.0));
        if valid_from.zip(valid_until).is_some_and(|(from, until)| from >= until) {
            return Err("`valid_until` is not after `valid_from`");
        }
        if raw.models.is_empty() {
            return Err("a row names at least one model");
        }
        let RawRow { models, tier, context_over, context_up_to, note, doubt, .. } = raw;
        Ok(Self { models, tier, context_over, context_up_to, valid_from, valid_until, prices, note, doubt })
    }
}

/// An instant as cards write it: `2026-04-26T12:15Z`, or a date for its first instant in UTC.
struct Instant(Timestamp);

impl FromStr for Instant {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let in_full = if text.contains('T') { text.to_owned() } else { format!("{text}T00:00Z") };
        parsed(&in_full).map(Self)
    }
}

/// The reason why a card does not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardError {
    message: String,
    /// Line and column, counted from one, where they are known.
    pub position: Option<(usize, usize)>,
}

impl CardError {
    fn new(message: String) -> Self {
        Self { message, position: None }
    }
}

impl From<serde_yaml::Error> for CardError {
    fn from(error: serde_yaml::Error) -> Self {
        let position = error.location().map(|location| (location.line(), location.column()));
        let place = position.map(|(line, column)| format!(" at line {line} column {column}")).unwrap_or_default();
        Self { message: in_words(&error.to_string().replace(&place, "")) + &place, position }
    }
}

/// Words an error of the YAML reader for the author of a card.
fn in_words(message: &str) -> String {
    if let Some((path, what)) = message.split_once("invalid type: ") {
        let (found, wanted) = what.rsplit_once(", expected ").unwrap_or((what, "something else"));
        return format!("{path}{} stands where {} should", kind(found), kind(wanted));
    }
    if let Some((path, key)) = message.split_once("missing field ") {
        return format!("{path}the key {key} is missing");
    }
    let message = message.replacen("unknown field ", "no key is called ", 1).replacen("unknown variant ", "not ", 1);
    message.replacen(", expected one of ", "; it may be ", 1).replacen(", expected ", "; it may be ", 1)
}

/// The kind of a value, with the value where that is one word.
fn kind(name: &str) -> String {
    let (kind, value) = name.split_once(' ').unwrap_or((name, ""));
    match kind {
        "struct" | "map" => "keys with values".into(),
        "sequence" => "a list".into(),
        "unit" => "nothing".into(),
        "a" => match value {
            "sequence" => "a list".into(),
            "string" => "a text".into(),
            "map" => "keys with values".into(),
            _ => name.to_owned(),
        },
        "string" => format!("the text {value}"),
        "integer" | "floating" => format!("the number {}", value.trim_start_matches("point ")),
        "boolean" => format!("the word {value}"),
        _ => name.to_owned(),
    }
}

impl fmt::Display for CardError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for CardError {}
