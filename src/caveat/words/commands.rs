//! Words of caveats that commands tell of their own figures.

use super::Words;
use crate::caveat::Code;

/// The words, in the order of [`Code`].
pub(super) const WORDS: [Words; Code::Quality as usize - Code::OtherFiles as usize + 1] = [
    (Code::OtherFiles, "other-files", "{files} of the folders {is} no log and {was} skipped: {reason}"),
    (Code::UnopenedFiles, "unopened-files", "{files} of the folders {was} not looked into: {reason}"),
    (
        Code::NamedAgain,
        "named-again",
        "{files} {was} named before, under this name or another, and {is} read once: {reason}",
    ),
    (Code::NoGroup, "no-group", "no line has a value for {reason}: all requests are in one row, –"),
    (
        Code::InNoPeriod,
        "in-no-period",
        "{requests} {has} no time, and no earlier line has one: left out of all periods",
    ),
    (Code::RowsLeftOut, "rows-left-out", "{rows} {title}, with {tokens} in total, not shown (--top {most})"),
    (Code::OldPrices, "old-prices", "{reason}"),
    (
        Code::OwnCapacities,
        "own-capacities",
        "each of the {profiles} has a cache of its own, and each point gives it that capacity",
    ),
    (Code::PartlyPriced, "partly-priced", "the cost is that of the {requests} with a price"),
    (
        Code::SeveralCurrencies,
        "several-currencies",
        "requests are charged in {reason}: a cost of all of them has no sum (`cachecheck cost` has that of each currency)",
    ),
    (
        Code::WindowLayers,
        "window-layers",
        "some layers of the model attend to a window only: a server that frees what lies outside it needs less memory, down to the column \
         `at least`",
    ),
    (
        Code::NoSession,
        "no-session",
        "{requests} without the name of a session: each is routed with the conversation that its prompt continues, if any",
    ),
    (Code::NoUser, "no-user", "{requests} without the name of a user: routed as those of one user"),
    (Code::NotCompared, "not-compared", "not compared: {reason}"),
    (
        Code::ShareableLog,
        "shareable-log",
        "cachecheck plan LOG --bundle requests.txt names the requests that show the shortfall, and cachecheck parse LOG --redact --key-file KEY --only \
         requests.txt > bundle.jsonl writes them without texts, so that the provider can count the same",
    ),
    (Code::Bundled, "bundled", "{reason}"),
    (
        Code::RedactedInBlocks,
        "redacted-in-blocks",
        "{requests} {was} redacted in blocks of {size} ({profile}): other buckets than hits, and places of differences, are exact to one \
         block",
    ),
    (
        Code::BreakpointsLeftOut,
        "breakpoints-left-out",
        "{requests} {has} cache breakpoints (cache_control and the like), which the cache rule does not use: they are not in the redacted \
         lines",
    ),
    (
        Code::CallsCanWait,
        "calls-can-wait",
        "requests that can wait cost less as a batch, at a slower tier or outside the hours of peak prices: --deferrable names them, such as \
         --deferrable /metadata/job=nightly",
    ),
    (Code::NoMonth, "no-month", "no figures for 30 days: {reason}"),
    (
        Code::ProviderHidden,
        "provider-hidden",
        "hits are reported but not predicted on both sides: the provider's part is not known, and is contained in the other parts",
    ),
    (
        Code::ProviderNotJudged,
        "provider-not-judged",
        "hits are not both reported and predicted on both sides: the provider's part is not known, and is left out",
    ),
    (Code::SideWithoutHits, "side-without-hits", "{name} ({requests}) has no known hits: it is left out"),
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
        "two rows of {provider} have a price for {model} at the same time, tier and size: the first one is used",
    ),
    (Code::IdleOption, "idle-option", "{option} changes nothing: {reason}"),
    (Code::SkippedFile, "skipped-file", "skipped: {reason}"),
    (
        Code::CodeWithoutPrompt,
        "code-without-prompt",
        "{files} in {folder} skipped: source code in which no prompt was found",
    ),
    (
        Code::TextWithoutPrompt,
        "text-without-prompt",
        "{files} in {folder} skipped: neither name, place nor words say that a model reads them; a file that you name is read",
    ),
    (
        Code::PerhapsPrompt,
        "perhaps-prompt",
        "{texts} may be prompts, but nothing shows that a model is given them, and no rule speaks of them: {names}. `--perhaps` takes them in; a \
         text file that you name is judged, and a text in code below a comment `cachecheck: prompt`",
    ),
    (
        Code::IgnoredTemplates,
        "ignored-templates",
        "{files} in {folder} skipped: git ignores them; a file that you name is read",
    ),
    (Code::DataWithoutPrompt, "data-without-prompt", "{files} skipped: data in which no prompt was found"),
    (Code::NotTemplates, "not-templates", "{files} in {folder} skipped: the file extension is not that of a template"),
    (Code::Mended, "mended", "{file}: fixed"),
    (Code::NotMended, "not-mended", "{file} is not a file here, so it is not fixed"),
    (Code::UncountedParts, "uncounted-parts", "{place}: function calls, media and files of their own are not counted"),
    (
        Code::TooDeep,
        "too-deep",
        "{place}: code from here on lies too deep in other code to be read: a prompt in it is not found",
    ),
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
    (
        Code::ModelAssumed,
        "model-assumed",
        "no model is named: the rule and the tokenizer of {rule} are taken; --model or --profile names others",
    ),
    (Code::NothingMatches, "nothing-matches", "{file}: no file matches {pattern} of templates"),
    (Code::NoGates, "no-gates", "{file} sets no gates, so nothing can fail"),
    (Code::SkippedLines, "skipped-lines", "in `{key}`: {reason}"),
    (Code::Quality, "quality", "quality: {reason}"),
];
