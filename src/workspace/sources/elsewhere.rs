//! Logs that are not on this machine: nothing is fetched, and the tool that does is named.

use crate::input::word;

/// Says how a log at this address can be read; `None` of a name that is no address.
pub(super) fn advice(name: &str) -> Option<String> {
    let (scheme, rest) = name.split_once("://")?;
    let is_scheme = !scheme.is_empty() && scheme.bytes().all(|letter| letter.is_ascii_alphanumeric() || letter == b'+');
    if !is_scheme {
        return None;
    }
    let address = word(name);
    // A prefix or a pattern stands for several files, which a pipe would run together.
    let is_several = name.ends_with('/') || name.contains('*');
    let folder = || word(name.split('*').next().unwrap_or_default().rsplit_once('/').map_or("", |(folder, _)| folder));
    let way = match scheme.to_ascii_lowercase().as_str() {
        "file" => {
            return Some(format!(
                "{name} is an address: name the path alone, {}",
                word(rest.trim_start_matches("localhost"))
            ));
        }
        "s3" if is_several => format!("aws s3 cp --recursive {}/ logs/ && cachecheck simulate logs/", folder()),
        "s3" => format!("aws s3 cp {address} - | cachecheck simulate -"),
        "gs" if is_several => format!("gcloud storage cp --recursive {}/ logs/ && cachecheck simulate logs/", folder()),
        "gs" => format!("gcloud storage cat {address} | cachecheck simulate -"),
        "http" | "https" => format!("curl -fsSL {address} | cachecheck simulate -"),
        _ => "the tool that reads such addresses, with | cachecheck simulate - behind it".into(),
    };
    Some(format!("{name} is an address, and nothing is fetched from the net; read it with: {way}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_told_with_the_tool_that_fetches_it() {
        for (name, wanted) in [
            ("s3://b/x.jsonl.zst", "aws s3 cp s3://b/x.jsonl.zst - | cachecheck simulate -"),
            ("s3://b/logs/", "aws s3 cp --recursive s3://b/logs/ logs/ && cachecheck simulate logs/"),
            ("gs://b/x", "gcloud storage cat gs://b/x | cachecheck simulate -"),
            ("gs://b/l/*.jsonl", "gcloud storage cp --recursive gs://b/l/ logs/ && cachecheck simulate logs/"),
            ("https://h/x?a=1&b=2", "curl -fsSL 'https://h/x?a=1&b=2' | cachecheck simulate -"),
            ("file:///tmp/x", "/tmp/x"),
        ] {
            let told = advice(name).unwrap();
            assert!(told.ends_with(wanted), "{told}");
        }
        assert_eq!(advice("logs/a:b.jsonl"), None);
        assert_eq!(advice("C:\\logs"), None);
    }
}
