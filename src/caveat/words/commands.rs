//! Words of caveats that commands tell of their own figures.

use super::Words;
use crate::caveat::Code;

/// The words, in the order of [`Code`].
pub(super) const WORDS: [Words; Code::Quality as usize - Code::OtherFiles as usize + 1] = [
    (Code::OtherFiles, "other-files", "{files} of the folders {is} no logs and {was} passed over: {reason}"),
    (Code::InNoPeriod, "in-no-period", "{requests} {has} no time, nor a line before with one: in no period"),
    (Code::RowsLeftOut, "rows-left-out", "{rows} {title}, with {tokens} in all, not shown (--top {most})"),
    (Code::OldPrices, "old-prices", "{reason}"),
    (
        Code::OwnCapacities,
        "own-capacities",
        "each of the {profiles} has a cache of its own, and each point gives it that capacity",
    ),
    (Code::PartlyPriced, "partly-priced", "the cost is that of the {requests} with a price"),
    (
        Code::WindowLayers,
        "window-layers",
        "some layers of the model look back at a window only: a server that lets go of what lies behind it takes less memory, down to \
         the column `at least`",
    ),
    (
        Code::NoSession,
        "no-session",
        "{requests} without the name of a session: each is routed with the conversation that its prompt goes on with, if any",
    ),
    (Code::NoUser, "no-user", "{requests} without the name of a user: routed as those of one user"),
    (Code::NotCompared, "not-compared", "not compared: {reason}"),
    (
        Code::ShareableLog,
        "shareable-log",
        "cachecheck plan LOG --bundle calls.txt names the calls that show it, and cachecheck parse LOG --redact --key-file KEY --only \
         calls.txt > bundle.jsonl writes them without texts: with these the provider gets the same figures",
    ),
    (Code::Bundled, "bundled", "{reason}"),
    (
        Code::CallsCanWait,
        "calls-can-wait",
        "calls that can wait cost less as a batch, at a slower tier or outside the hours of peak prices: --deferrable names them, such as \
         --deferrable /metadata/job=nightly",
    ),
    (Code::NoMonth, "no-month", "no figures of 30 days: {reason}"),
    (
        Code::ProviderHidden,
        "provider-hidden",
        "hits are reported and not predicted on both sides: nothing says what the provider failed to serve, and its part, which is not \
         known, is in the others",
    ),
    (
        Code::ProviderNotJudged,
        "provider-not-judged",
        "hits are not both reported and predicted on both sides: nothing says what the provider failed to serve, and it has no part",
    ),
    (Code::SideWithoutHits, "side-without-hits", "of {name} ({requests}) no hits are known: it is left out"),
    (Code::FormatLacks, "format-lacks", "{format}: {reason}"),
    (Code::ListedAs, "listed-as", "{asked} is listed as {known}"),
    (
        Code::UndatedPrices,
        "undated-prices",
        "{undated} of {all} {has} no start date: their prices are those seen on the day `as of`",
    ),
    (Code::ScheduleHours, "schedule-hours", "hours {name}: {reason}"),
    (Code::PriceOfHour, "price-of-hour", "{reason}: name another time for them"),
    (Code::PriceNote, "price-note", "{reason}"),
    (
        Code::RepeatedRow,
        "repeated-row",
        "two rows of {provider} charge {model} at the same time, tier and size: the first counts",
    ),
    (Code::IdleOption, "idle-option", "{option} changes nothing: {reason}"),
    (Code::SkippedFile, "skipped-file", "skipped: {reason}"),
    (
        Code::CodeWithoutPrompt,
        "code-without-prompt",
        "{files} in {folder} skipped: source code in which no prompt was found",
    ),
    (Code::DataWithoutPrompt, "data-without-prompt", "{files} left out: data in which no prompt was found"),
    (Code::NotTemplates, "not-templates", "{files} in {folder} skipped: the file extension is not that of a template"),
    (Code::Mended, "mended", "{file}: mended"),
    (Code::NotMended, "not-mended", "{file} is no file here, so it is not mended"),
    (Code::UncountedParts, "uncounted-parts", "{place}: calls, media and files of their own are not counted"),
    (Code::UnreadConstruct, "unread-construct", "{reason}"),
    (Code::Renamed, "renamed", "{name} is compared with {before}, its name before it was renamed"),
    (Code::NewTemplate, "new-template", "{name} is new: there is nothing to compare it with"),
    (Code::RemovedTemplate, "removed-template", "{name} was removed since {base}"),
    (Code::ComparedWith, "compared-with", "{reason}"),
    (
        Code::RuleUnknown,
        "rule-unknown",
        "the cache rule of this model is not known, so blocks are not counted; --profile names a rule",
    ),
    (Code::MostServable, "most-servable", "{profile} {reason}: the blocks given here are the most it can serve"),
    (Code::TakenAsConstant, "taken-as-constant", "taken as the same in each request: {reason}"),
    (Code::MatchedRequests, "matched-requests", "of {requests} in the logs, {matched} came from these templates"),
    (
        Code::ModelOfFile,
        "model-of-file",
        "a file names the model {model}, which is taken for its prompts ({rule}); --model or --profile names another",
    ),
    (Code::NothingMatches, "nothing-matches", "{file}: no file matches {pattern} of templates"),
    (Code::NoGates, "no-gates", "{file} sets no gates, so nothing can fail"),
    (Code::SkippedLines, "skipped-lines", "in `{key}`: {reason}"),
    (Code::Quality, "quality", "quality: {reason}"),
];
