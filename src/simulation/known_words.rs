//! Words of public names: those of which the models, hosts and system fingerprints that this program knows are made.
//!
//! A redacted line keeps the name of its model and its host, since cache rules and prices depend on them. What stands in them
//! beside public words, such as the customer's name in that of a fine-tuned model or of an Azure resource, becomes a fingerprint.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::exchange::names_and_hosts;
use crate::hash::Key;
use crate::profile::Profiles;
use crate::rates::RateCard;

/// Words of hosts, of clouds' model names and of system fingerprints that stand in no profile and no price list.
const COMMON: &str = "\
    accounts ai amazonaws apac api arn au audio awq aws azure base bedrock calling central chat cloud cn coder codestral \
    codex com command deep dev devstral distill doubao east embedding ernie eu exp experimental fast fireworks foundation \
    fp ft function gemma generativelanguage global gptq guard hermes high hunyuan image inference instant instruct int intl io \
    it jamba jp large latest lite llama localhost low magistral maverick max medium micro min minimax ministral mixtral \
    model models nano nemo nemotron net non north northeast nova omni openrouter org phi pixtral plus premier preview \
    profile realtime reasoning research resource scout search slow small south southeast thinking tiny titan together \
    tools turbo ultra us versatile vision west xyz yi";

static WORDS: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let mut known = HashSet::new();
    let mut add = |name: &str| known.extend(words(name).map(str::to_ascii_lowercase));
    for (list, row) in RateCard::builtin().all_rows() {
        add(&list.provider);
        row.models.iter().for_each(|model| add(model.as_str()));
    }
    for profile in Profiles::builtin().all() {
        profile.names_of_requests().for_each(&mut add);
    }
    names_and_hosts().for_each(&mut add);
    add(COMMON);
    known
});

/// A name of public words and numbers; each other word in it is replaced by its fingerprint under the key.
pub(super) fn public_name(name: &str, key: &Key) -> String {
    let mut public = String::new();
    let mut rest = name;
    for word in words(name) {
        let start = rest.find(word).unwrap_or_default();
        public.push_str(&rest[..start]);
        public.push_str(&if is_public(word) { word.to_owned() } else { key.text("word of a name", word) });
        rest = &rest[start + word.len()..];
    }
    public + rest
}

/// A system fingerprint as it was if it is built as those of providers are, else the fingerprint of it.
pub(super) fn system_fingerprint(mark: &str, key: &Key) -> String {
    let is_hex = |word: &str| word.len() <= 12 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_known =
        Profiles::builtin().all().iter().any(|profile| profile.names_of_requests().any(|known| known == mark));
    let is_public = is_known || words(mark).all(|word| is_hex(word) || is_public(word));
    if is_public { mark.to_owned() } else { key.text("system fingerprint", mark) }
}

fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split(|char: char| !char.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// A known word, or a number with at most two letters before or behind it: a version, a date, a size.
fn is_public(word: &str) -> bool {
    let letters = word.chars().filter(|char| !char.is_ascii_digit()).count();
    let is_number = letters < word.len() && letters <= 2 && word.len() <= 8 && word.is_ascii();
    // `prod0820` and `fp8`: a known word with its number.
    let stem = word.trim_end_matches(|char: char| char.is_ascii_digit());
    is_number || [word, stem].iter().any(|word| WORDS.contains(&word.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> Key {
        Key::new(b"a key for tests, long enough").unwrap()
    }

    #[test]
    fn public_names_stay() {
        for name in [
            "deepseek-chat",
            "DeepSeek-V3.2",
            "gpt-4o-2024-08-06",
            "claude-sonnet-4-5-20250929",
            "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
            "api.openai.com",
            "api.deepseek.com",
            "open.bigmodel.cn",
            "models.github.ai",
            "dashscope-intl.aliyuncs.com",
            "github_copilot/gpt-4o",
            "hosted_vllm/openai/gpt-oss-120b",
            "ft:gpt-4o-mini-2024-07-18",
        ] {
            assert_eq!(public_name(name, &key()), name);
        }
        for mark in ["fp_8802369eaa_prod0623_fp8_kvcache", "aeb56401ca74e127821c4f9126dcb669", "fp_44709d6fcb"] {
            assert_eq!(system_fingerprint(mark, &key()), mark);
        }
    }

    #[test]
    fn a_customers_words_in_a_name_become_fingerprints() {
        let name = public_name("ft:gpt-4o-2024-08-06:acme-industries::bewitched", &key());
        assert!(name.starts_with("ft:gpt-4o-2024-08-06:"), "{name}");
        assert!(!name.contains("acme") && !name.contains("industries") && !name.contains("bewitched"), "{name}");
        let host = public_name("acme.openai.azure.com", &key());
        assert!(host.ends_with(".openai.azure.com") && !host.contains("acme"), "{host}");
        assert!(!system_fingerprint("the answer of our system", &key()).contains("answer"));
    }
}
