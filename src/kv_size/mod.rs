//! The bytes that a token takes in a server's cache: its keys and values in each layer of the model, as the model's own
//! `config.json` tells.

mod models;

use serde_json::Value;

pub use models::names;

/// Numbers that a server keeps of each token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KvSize {
    /// In layers that look back at all tokens.
    full: u64,
    /// In layers that look back at a window, so that a server may let go of the tokens behind it.
    windowed: u64,
}

/// Bytes of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenBytes {
    /// If layers with a window keep no token of those behind it.
    pub least: u64,
    /// If all layers keep every token.
    pub most: u64,
}

impl TokenBytes {
    /// A size that is the same whatever servers let go of.
    pub fn exactly(bytes: u64) -> Self {
        Self { least: bytes, most: bytes }
    }
}

impl KvSize {
    /// The size of a well-known model, by its name with or without its maker.
    pub fn named(name: &str) -> Option<Self> {
        models::named(name)
    }

    /// Layers of that kind: keys and values of so many heads with so many numbers each.
    const fn heads(layers: u64, windowed: u64, heads: u64, numbers: u64) -> Self {
        Self { full: (layers - windowed) * heads * numbers * 2, windowed: windowed * heads * numbers * 2 }
    }

    /// Layers that keep one latent vector in place of keys and values, and what an index of it takes.
    const fn latent(layers: u64, latent: u64, rope: u64, index: u64) -> Self {
        Self { full: layers * (latent + rope + index), windowed: 0 }
    }

    /// Reads a `config.json` of Hugging Face.
    ///
    /// # Errors
    /// Numbers are missing, or the model keeps states that do not grow with each token in a way that is known.
    pub fn from_config(config: &Value) -> Result<Self, String> {
        // Models that also see have the language model's numbers apart.
        let config = config.get("text_config").filter(|text| text.is_object()).unwrap_or(config);
        let unknown = [
            "layers_block_type",
            "hybrid_override_pattern",
            "attn_type_list",
            "num_kv_shared_layers",
            "cross_attention_layers",
        ];
        if let Some(key) =
            unknown.iter().find(|key| config.get(**key).is_some_and(|value| !value.is_null() && *value != 0))
        {
            return Err(format!("`{key}`: layers of different kinds are not supported; give --bytes-per-token"));
        }
        let number = |key: &str| match config.get(key) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => {
                let small = value.as_u64().filter(|number| *number < 1 << 20);
                small.map(Some).ok_or_else(|| format!("`{key}` is not such a number: {value}"))
            }
        };
        let needed = |key: &str| number(key)?.ok_or_else(|| format!("no `{key}`"));
        let layers = needed("num_hidden_layers")?;
        let Layers { full, windowed } = Layers::read(config, layers)?;
        let per_layer = if let Some(latent) = number("kv_lora_rank")? {
            latent + needed("qk_rope_head_dim")? + number("index_head_dim")?.unwrap_or(0)
        } else {
            let all_heads = needed("num_attention_heads")?;
            let heads = number("num_key_value_heads")?.unwrap_or(all_heads);
            let size = match number("head_dim")? {
                Some(size) => size,
                None => needed("hidden_size")?.checked_div(all_heads).ok_or("`num_attention_heads` is 0")?,
            };
            heads * (size + number("v_head_dim")?.unwrap_or(size))
        };
        Some(Self { full: full * per_layer, windowed: windowed * per_layer })
            .filter(|size| size.full + size.windowed > 0)
            .ok_or_else(|| "its numbers give 0 bytes for a token".into())
    }

    /// The bytes of a token, where each number takes so many.
    pub fn bytes(self, of_number: u64) -> TokenBytes {
        TokenBytes { least: self.full * of_number, most: (self.full + self.windowed) * of_number }
    }
}

/// Layers that keep something of each token, by how far they look back.
struct Layers {
    full: u64,
    windowed: u64,
}

impl Layers {
    fn read(config: &Value, layers: u64) -> Result<Self, String> {
        if let Some(kinds) = config.get("layer_types").and_then(Value::as_array) {
            let count = |names: &[&str]| {
                kinds.iter().filter(|kind| kind.as_str().is_some_and(|kind| names.contains(&kind))).count() as u64
            };
            let (full, windowed) = (count(&["full_attention"]), count(&["sliding_attention", "chunked_attention"]));
            // A layer of linear attention keeps one state for all tokens.
            let known = full + windowed + count(&["linear_attention"]);
            return if known == layers {
                Ok(Self { full, windowed })
            } else {
                Err("`layer_types` names kinds that are not known, or another number of layers".into())
            };
        }
        let number = |key: &str| config.get(key).and_then(Value::as_u64).filter(|number| *number > 0);
        if let Some(interval) = number("full_attention_interval") {
            return Ok(Self { full: layers / interval, windowed: 0 });
        }
        let has_window =
            number("sliding_window").is_some() && config.get("use_sliding_window") != Some(&Value::Bool(false));
        let full = match number("sliding_window_pattern") {
            _ if !has_window => layers,
            Some(pattern) => layers / pattern,
            None => 0,
        };
        Ok(Self { full, windowed: layers - full })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn bytes(config: &Value) -> (u64, u64) {
        let TokenBytes { least, most } = KvSize::from_config(config).unwrap().bytes(2);
        (least, most)
    }

    #[test]
    fn sizes_of_well_known_models_are_those_of_their_configs() {
        // By hand: layers × heads × numbers of a head × keys and values × bytes.
        let llama =
            json!({"num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 8, "hidden_size": 4096});
        assert_eq!(bytes(&llama), (32 * 8 * 128 * 2 * 2, 131_072));
        assert_eq!(KvSize::named("meta-llama/Llama-3.1-8B-Instruct"), KvSize::from_config(&llama).ok());
        let qwen = json!({"num_hidden_layers": 64, "num_attention_heads": 64, "num_key_value_heads": 8, "head_dim": 128,
            "hidden_size": 5120, "sliding_window": null, "use_sliding_window": false});
        assert_eq!(bytes(&qwen), (262_144, 262_144));
        assert_eq!(KvSize::named("qwen3-32b"), KvSize::from_config(&qwen).ok());
        // One latent vector in place of keys and values: 61 × (512 + 64) × 2 bytes; with the index of V3.2 128 numbers more.
        let deepseek = json!({"num_hidden_layers": 61, "num_attention_heads": 128, "num_key_value_heads": 128,
            "kv_lora_rank": 512, "qk_rope_head_dim": 64, "v_head_dim": 128, "hidden_size": 7168});
        assert_eq!(bytes(&deepseek), (70_272, 70_272));
        assert_eq!(KvSize::named("DeepSeek-V3-0324"), KvSize::from_config(&deepseek).ok());
        let with_index = KvSize::named("deepseek-ai/DeepSeek-V3.2-Exp").unwrap().bytes(2);
        assert_eq!(with_index, TokenBytes::exactly(61 * (512 + 64 + 128) * 2));
        let kinds: Vec<&str> = (0..36).map(|layer| ["sliding_attention", "full_attention"][layer % 2]).collect();
        let gpt_oss = json!({"num_hidden_layers": 36, "num_attention_heads": 64, "num_key_value_heads": 8, "head_dim": 64,
            "sliding_window": 128, "layer_types": kinds});
        assert_eq!(bytes(&gpt_oss), (36_864, 73_728));
        assert_eq!(KvSize::named("openai/gpt-oss-120b"), KvSize::from_config(&gpt_oss).ok());
    }

    #[test]
    fn layers_that_keep_other_things_are_told_or_refused() {
        let base = json!({"num_hidden_layers": 8, "num_attention_heads": 4, "head_dim": 10});
        let with = |key: &str, value: Value| {
            let mut config = base.clone();
            config[key] = value;
            config
        };
        assert_eq!(bytes(&base), (8 * 4 * 10 * 2 * 2, 1280));
        assert_eq!(bytes(&json!({"text_config": base})), (1280, 1280));
        assert_eq!(bytes(&with("sliding_window", json!(4096))), (0, 1280));
        assert_eq!(bytes(&with("full_attention_interval", json!(4))), (320, 320));
        assert_eq!(bytes(&with("v_head_dim", json!(5))), (960, 960));
        for (key, value) in [
            ("hybrid_override_pattern", json!("M-M*")),
            ("layer_types", json!(["mamba"])),
            ("head_dim", json!("128")),
            ("num_hidden_layers", json!(0)),
            ("num_key_value_heads", json!([8, 4])),
        ] {
            assert!(KvSize::from_config(&with(key, value.clone())).is_err(), "{key}: {value}");
        }
        assert!(KvSize::from_config(&json!([])).is_err());
    }

    #[test]
    fn a_name_means_one_model() {
        assert_eq!(KvSize::named("llama-3.1"), None);
        assert_eq!(KvSize::named("qwen3-next-80b-a3b"), None);
        assert!(names().all(|name| KvSize::named(name).is_some()));
    }
}
