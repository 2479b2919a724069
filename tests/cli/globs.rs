//! Globs of a configuration, with the program started in its very folder, and source code among what they name.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::program::{Run, ended, program};

const BOT: &str = r#"
SYSTEM = "You are a careful support assistant for a shop that sells garden tools. Answer briefly and politely."

def ask(client, question):
    return client.chat.completions.create(model="gpt-4o", messages=[
        {"role": "system", "content": SYSTEM},
        {"role": "user", "content": question}])
"#;

fn in_folder(folder: &Path, args: &[&str]) -> Run {
    ended(&program(args).current_dir(folder).output().unwrap())
}

#[test]
fn globs_of_the_folder_itself_name_its_files() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a.md", "deep/b.md"] {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "You are a support assistant.\n").unwrap();
    }
    for (glob, files) in [("*.md", 1), ("./*.md", 1), ("**/*.md", 2), ("deep/*.md", 1), ("a.md", 1)] {
        let config = format!("templates: ['{glob}']\ngates:\n  min_stable_prefix_tokens: 1\n");
        fs::write(folder.path().join("cachecheck.yaml"), config).unwrap();
        let report: Value =
            serde_json::from_str(&in_folder(folder.path(), &["check", "--format", "json"]).good()).unwrap();
        assert_eq!(report["summary"]["templates"], files, "{glob}");
    }
}

#[test]
fn prompts_in_source_code_are_locked_and_checked() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("bot.py"), BOT).unwrap();
    let config = "templates: ['*.py']\ngates:\n  lock: enforced\n";
    fs::write(folder.path().join("cachecheck.yaml"), config).unwrap();
    in_folder(folder.path(), &["lock"]).good();
    assert_eq!(in_folder(folder.path(), &["check"]).code, Some(0));
    fs::write(folder.path().join("bot.py"), BOT.replace("You are a careful", "At 12:00 you are a careful")).unwrap();
    let changed = in_folder(folder.path(), &["check"]);
    assert_eq!(changed.code, Some(1), "{changed:?}");
    assert!(changed.stdout.contains("bot.py:2:"), "{changed:?}");
}
