//! Words of names by which the classes of expressions are told, each list as one text.

/// Settings, also beside a word of a request (`output_format`, `max_results`) and as a field of what it brings.
pub(super) const FORMS: &str = "format formats schema schemas language languages lang locale translation translations i18n max min maximum minimum limit budget stop tools \
    functions";

/// Settings beside a word of a request alone.
pub(super) const SETTINGS: &str = "tone style tag fence marker separator tool persona personality role instruction instructions delimiter window constraint constraints \
    timeframe timeout horizon";

/// Words that make a number one of the conversation and not of the setup.
pub(super) const COUNTED: &str = "turn step iteration attempt retry message round current run trial epoch episode page line row batch success \
    error errors failure failures warning warnings";

/// Numbers.
pub(super) const NUMBERS: &str = "num number count size length n top k";

/// Outcomes of a tool, beside `tool`.
pub(super) const OUTCOMES: &str = "result results output outputs call calls response error input";

/// Things that a request, a user, a time or a machine brings.
pub(super) const OF_REQUESTS: &str = "now today date datetime time timestamp day year month utcnow isoformat strftime id ids uuid session \
    random choice shuffle sample seed user users username question questions query queries input inputs \
    message messages msg msgs reply history conversation chat context content contents text texts document \
    documents doc docs code diff file files filename filepath path paths cwd dir directory folder workspace \
    request response result results output outputs observation observations thought thoughts scratchpad \
    memory memories summary task tasks topic title url issue email error errors data state plan step steps \
    search answer os shell platform environment env repo branch commit image page article articles report \
    reports draft chunk chunks transcript feedback previous current latest recent round index idx arguments goal objective snapshot";

/// Things that a program is set up with.
pub(super) const OF_SETUPS: &str = "shot shots fewshot roles settings setting cfg conf opts config configuration options option mode version model models provider agent \
    agents assistant bot company product brand app guidelines rules rule examples example template templates \
    prompt prompts system instruction capabilities categories category labels types supported allowed \
    available enabled separator tag prefix suffix fence marker backstory dialect dialects engine vendor";

/// Words of the site that a program is, and what it has one of.
pub(super) const SITES: &str = "base site app root server";
pub(super) const OF_SITES: &str = "url uri domain host title name description";

/// Words of a setup that are as well what a request is about, where a function is given it.
pub(super) const THINGS: &str = "company product brand category app";

/// Settings as a field of what a request brings alone.
pub(super) const HOLDERS: &str = "config configuration settings options cfg conf opts";

/// First words of functions that look something up.
pub(super) const LOOKING_UP: &str = "find fetch first single retrieve lookup";

/// Parts of a program or a deployment, whose ids are constants where they are written as such: `CONNECTOR_ID`.
pub(super) const PARTS_OF_PROGRAMS: &str =
    "connector channel provider platform app model agent bot project tenant tool";

/// Words that tell nothing within the name of a constant, such as `COMMIT_STYLE` or `MAX_STEP`.
pub(super) const IDLE_IN_CONSTANTS: &str = "commit session step steps turn turns";

/// Tells whether a list has a word.
pub(super) fn has(list: &str, word: &str) -> bool {
    list.split(' ').any(|known| known == word)
}
