//! Kinds of caveats.

use serde::{Deserialize, Serialize};

/// The kind of a caveat, in the order in which they are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Code {
    /// Prompts are known by fingerprints alone.
    Redacted,
    /// Prompts were redacted with different keys.
    SeveralKeys,
    /// Some prompts are redacted and others are not.
    PartlyRedacted,
    /// The host has no prompt cache.
    NoCache,
    /// Hits were reported where no cache is known.
    HitsWithoutCache,
    /// Zero hits were reported where there is no cache.
    ZeroWithoutCache,
    /// Nothing was reported where there is no cache.
    UnknownWithoutCache,
    /// A request lies outside the period that is asked for.
    OutsidePeriod,
    /// A request has no time, so that nothing says if it lies in the period that is asked for.
    NotInPeriod,
    /// A request is one of the first, which are left out.
    SkippedFirst,
    /// No line has a time.
    NoTimes,
    /// A time cannot be read.
    UnreadableTime,
    /// A line has no time, where others have.
    NoTime,
    /// A request is replayed before or after the lines it stands between.
    Moved,
    /// No line has a time, and reported hits say in which direction the log stands.
    Direction,
    /// Reported hits say when lines without a time were sent.
    Spaced,
    /// Reported hits say that requests of several keys or users share a cache.
    SharedCache,
    /// Reported counts say that tools were sent otherwise than the log keeps them.
    RewrittenTools,
    /// A line does not name the cache's owner.
    NoOwner,
    /// A request has the id of an earlier one, and its time or its counts.
    RepeatedCall,
    /// Our count is not the reported one.
    CountDiffers,
    /// The same, with tools whose keys are sorted.
    SortedKeys,
    /// The reported usage contradicts itself.
    ContradictingUsage,
    /// The prompt that was reported is shorter than the beginning of the text that would be served.
    ShorterUsage,
    /// The reported usage contradicts itself, and what it means was found out.
    ResolvedUsage,
    /// The answer has counters of tokens that are not known, and none of the prompt that is.
    UnreadCounters,
    /// Marks for a cache do not work as they are meant to.
    InvalidMarks,
    /// Output tokens are not known.
    OutputUnknown,
    /// A request could not be simulated.
    NotSimulated,
    /// Hits are neither reported nor predicted.
    HitsUnknown,
    /// Our count is an estimate.
    Estimated,
    /// There is no price.
    NoPrice,
    /// Charged writes were not counted.
    WritesUnknown,
    /// The best cost is not known.
    BestUnknown,
    /// The best cost is a bound.
    BestIsBound,
    /// More hits were reported than are shared within the log.
    HitsBeyondLog,
    /// Prices are those of one day.
    PricesOfOneDay,
    /// The price may not be the one that is charged.
    UncertainPrice,
    /// The cost that the log tells is not ours.
    LoggedCost,
    /// A reseller passes the maker's price on.
    ResoldPrice,
    /// Charged a factor of the listed price, by where it was served; the reason is by how much and where that is said.
    Surcharge,
    /// The provider searched the web, which it charges beside the tokens.
    SearchFees,
    /// The holidays of the day are not known.
    HolidaysUnknown,
    /// Prices were exchanged.
    Exchanged,
    /// Files of the folders that were named are no logs.
    OtherFiles,
    /// Files of the folders that were named have endings of other files, and were not opened.
    UnopenedFiles,
    /// Files were named more than once.
    NamedAgain,
    /// No request's line says anything of a dimension.
    NoGroup,
    /// A request has no time, so that it is in no period of a trend.
    InNoPeriod,
    /// Rows that cost least are not shown.
    RowsLeftOut,
    /// The prices are older than the requests.
    OldPrices,
    /// Each profile has a cache of its own, of the capacity of the whole.
    OwnCapacities,
    /// Some requests have no price, and the cost is that of the others.
    PartlyPriced,
    /// Requests are charged in several currencies, so that their cost has no sum.
    SeveralCurrencies,
    /// Some layers of a model look back at a window only.
    WindowLayers,
    /// Requests do not name a session, by which servers are chosen.
    NoSession,
    /// Requests do not name a user, by whom servers are chosen.
    NoUser,
    /// A change is not compared with others.
    NotCompared,
    /// The provider can be shown the requests that it served less of than it promises.
    ShareableLog,
    /// A bundle of requests was written, and holds so many.
    Bundled,
    /// Requests were redacted in blocks of this size, under this profile.
    RedactedInBlocks,
    /// Redacted requests have lost their cache breakpoints, as the rule has no use for them.
    BreakpointsLeftOut,
    /// Requests would be cheaper if they could wait, and nothing says whether they can.
    CallsCanWait,
    /// Nothing of a month can be said.
    NoMonth,
    /// Hits are reported and not predicted, so that the provider's part is hidden in others.
    ProviderHidden,
    /// Hits are not both reported and predicted, so that the provider has no part.
    ProviderNotJudged,
    /// A side of a comparison has no hits that are known, and is left out.
    SideWithoutHits,
    /// Logs of a format never hold some part of a request.
    FormatLacks,
    /// A model is listed by another name than it was asked for.
    ListedAs,
    /// Prices have no start date.
    UndatedPrices,
    /// The hours of a schedule of prices, and their source.
    ScheduleHours,
    /// A price is one of several, by the hour.
    PriceOfHour,
    /// The card says more of a price.
    PriceNote,
    /// A row of the card never counts, as another charges the same.
    RepeatedRow,
    /// An option that was given changes nothing.
    IdleOption,
    /// A file or folder cannot be read, and was skipped.
    SkippedFile,
    /// Files of source code in which no prompt was found.
    CodeWithoutPrompt,
    /// Texts and documents without a sign of a prompt.
    TextWithoutPrompt,
    /// Texts that may be prompts and of which nothing shows it.
    PerhapsPrompt,
    /// Templates that git ignores.
    IgnoredTemplates,
    /// Files of data in which no prompt was found.
    DataWithoutPrompt,
    /// Files that are no templates, by their names.
    NotTemplates,
    /// A file was mended.
    Mended,
    /// A file cannot be mended, as it is not here.
    NotMended,
    /// Parts of a file's prompts are not counted.
    UncountedParts,
    /// Code lies too deep in other code to be read.
    TooDeep,
    /// A construct of a template is not read.
    UnreadConstruct,
    /// A template is compared with one of another name.
    Renamed,
    /// A template is new.
    NewTemplate,
    /// A template was removed.
    RemovedTemplate,
    /// Templates are compared with another revision than the one that was named.
    ComparedWith,
    /// The cache rule of a model is not known.
    RuleUnknown,
    /// Blocks are the most that a rule can serve.
    MostServable,
    /// Variables are taken as the same in each request.
    TakenAsConstant,
    /// Requests of the logs were made from the templates.
    MatchedRequests,
    /// A file names the model of its prompts.
    ModelOfFile,
    /// Neither a file nor a person names a model, and the rule of one is taken.
    ModelAssumed,
    /// A pattern of the configuration names no file.
    NothingMatches,
    /// The configuration sets no gates.
    NoGates,
    /// Lines of a configuration's logs were skipped, or read with a remark.
    SkippedLines,
    /// Answers pass more or less often than before. It stays the last, up to which the lists of words reach.
    Quality,
}

impl Code {
    /// It tells how the lines of a log stand to each other, which is known only of the whole.
    pub(super) fn is_about_whole_log(self) -> bool {
        matches!(
            self,
            Self::OutsidePeriod
                | Self::NotInPeriod
                | Self::SkippedFirst
                | Self::NoTimes
                | Self::UnreadableTime
                | Self::NoTime
                | Self::Moved
                | Self::Direction
                | Self::Spaced
                | Self::SharedCache
                | Self::NoOwner
                | Self::RepeatedCall
        )
    }

    /// It is about costs alone.
    pub fn is_about_costs(self) -> bool {
        self.is_about_best_cost()
            || matches!(
                self,
                Self::OutputUnknown
                    | Self::HitsUnknown
                    | Self::NoPrice
                    | Self::WritesUnknown
                    | Self::PricesOfOneDay
                    | Self::UncertainPrice
                    | Self::LoggedCost
                    | Self::ResoldPrice
                    | Self::Surcharge
                    | Self::SearchFees
                    | Self::HolidaysUnknown
                    | Self::Exchanged
            )
    }

    /// It is about the cost of the best cache alone.
    pub fn is_about_best_cost(self) -> bool {
        matches!(self, Self::BestUnknown | Self::BestIsBound | Self::HitsBeyondLog)
    }
}
