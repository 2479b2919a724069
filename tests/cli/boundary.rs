//! Files of a repository that means harm: links out of it, pipes and devices in place of files, secrets that it names as settings.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::process::Command;

use crate::program::{ROOT, Run, ended, run, run_with};
use crate::repository::Repository;

const TEMPLATE: &str =
    "- role: system\n  content: You are the support assistant of a shop that sells shoes and nothing else.\n";
const SECRET: &str = "SECRET_TOKEN=ghs_abcdefghijklmnop\n";

/// A repository with one template and a gate, and a folder beside it that is not of it.
fn repository(config: &str) -> (Repository, tempfile::TempDir) {
    let repository = Repository::new(&[("prompts/a.yaml", TEMPLATE), ("cachecheck.yaml", config)]);
    (repository, tempfile::tempdir().unwrap())
}

const GATED: &str = "profile: deepseek-v3.2\ntemplates: [prompts/*.yaml]\ngates:\n  lock: enforced\n";

fn service(repository: &Repository) -> PathBuf {
    repository.path().join("service")
}

/// Neither a word of the secret nor an absolute path is in what a run says.
fn refused(run: Run) -> String {
    for text in [&run.stdout, &run.stderr] {
        assert!(!text.contains("ghs_") && !text.contains("SECRET"), "{text}");
    }
    run.refusal()
}

#[test]
fn a_lock_is_never_written_through_a_link_out_of_the_repository() {
    let (repository, outside) = repository(GATED);
    let lock = service(&repository).join("cachecheck.lock");
    let profile = outside.path().join(".profile");
    fs::write(&profile, SECRET).unwrap();
    symlink(&profile, &lock).unwrap();
    assert!(refused(repository.run("service", &["lock"])).contains("is outside the repository"));
    assert!(refused(repository.run("service", &["check"])).contains("is outside the repository"));
    assert_eq!(fs::read_to_string(&profile).unwrap(), SECRET);
    // A link to what is not there yet, and one by a folder in between.
    fs::remove_file(&profile).unwrap();
    refused(repository.run("service", &["lock"]));
    assert!(!profile.exists());
    fs::remove_file(&lock).unwrap();
    symlink(outside.path(), service(&repository).join("out")).unwrap();
    symlink("out/.profile", &lock).unwrap();
    refused(repository.run("service", &["lock"]));
    assert!(!profile.exists());
}

#[test]
fn a_link_within_the_repository_is_followed_and_stays() {
    let (repository, _outside) = repository(GATED);
    let lock = service(&repository).join("cachecheck.lock");
    repository.write(&[("locks/real.lock", "")]);
    symlink("locks/real.lock", &lock).unwrap();
    repository.run("service", &["lock"]).good();
    assert!(fs::symlink_metadata(&lock).unwrap().is_symlink());
    assert!(fs::read_to_string(service(&repository).join("locks/real.lock")).unwrap().contains("prompts/a.yaml"));
    repository.run("service", &["check"]).good();
}

#[test]
fn a_lock_that_is_a_link_to_no_lock_or_into_gits_folder_is_not_written() {
    let (repository, _outside) = repository(GATED);
    let lock = service(&repository).join("cachecheck.lock");
    let root = service(&repository).parent().unwrap().to_path_buf();
    for (path, text) in [(".venv/bin/activate", "export A=1\n"), (".git/own.lock", "old")] {
        fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
        fs::write(root.join(path), text).unwrap();
    }
    for (target, kept) in [("../.venv/bin/activate", "export A=1\n"), ("../.git/own.lock", "old")] {
        symlink(target, &lock).unwrap();
        let told = repository.run("service", &["lock"]).refusal();
        assert!(told.contains("is no `.lock` file") || told.contains("leads out of the repository"), "{told}");
        assert_eq!(fs::read_to_string(service(&repository).join(target)).unwrap(), kept);
        fs::remove_file(&lock).unwrap();
    }
}

#[test]
fn gits_own_folder_is_no_part_of_a_repository() {
    let gated_on_logs = |more: &str| format!("{GATED}  min_hit_ratio: 0.1\n  max_hit_ratio_drop: 0.1\n{more}");
    for config in [
        GATED.replace("prompts/*.yaml", "../.git/config"),
        gated_on_logs("logs: [../.git/config]\n"),
        gated_on_logs("logs: [log.jsonl]\nbase_report: ../.git/config\n"),
    ] {
        let (repository, _outside) = repository(&config);
        repository.write(&[("log.jsonl", &fs::read_to_string("fixtures/logs/few-shot.jsonl").unwrap())]);
        let told = repository.run("service", &["check"]).refusal();
        assert!(told.contains("leads out of the repository") && !told.contains("repositoryformat"), "{config}: {told}");
    }
}

#[test]
fn what_a_glob_names_and_is_no_regular_file_is_told() {
    let (repository, _outside) = repository(GATED);
    symlink("/dev/zero", service(&repository).join("prompts/zero.yaml")).unwrap();
    repository.run("service", &["lock"]).good();
    let told = repository.run("service", &["check"]).good();
    assert!(told.contains("prompts/zero.yaml is no regular file"), "{told}");
    repository
        .write(&[("logs/a.jsonl", ""), ("cachecheck.yaml", &format!("{GATED}  min_hit_ratio: 0.1\nlogs: [logs/*]\n"))]);
    symlink("nowhere", service(&repository).join("logs/b.jsonl")).unwrap();
    let told = repository.run("service", &["check"]).refusal();
    assert!(told.contains("cannot read all logs: logs/b.jsonl is no regular file"), "{told}");
}

#[test]
fn a_lock_that_is_a_pipe_or_a_folder_is_refused_at_once() {
    let (repository, _outside) = repository(GATED);
    let lock = service(&repository).join("cachecheck.lock");
    assert!(Command::new("mkfifo").arg(&lock).status().unwrap().success());
    assert!(repository.run("service", &["lock"]).refusal().contains("not a regular file"));
    assert!(repository.run("service", &["check"]).refusal().contains("is a pipe"));
    fs::remove_file(&lock).unwrap();
    fs::create_dir(&lock).unwrap();
    assert!(repository.run("service", &["lock"]).refusal().contains("not a regular file"));
}

/// Runs `lock` where no file may hold a byte, as on a full disk; the system kills for it, or tells.
fn lock_without_room(repository: &Repository, trap: &str) -> std::process::Output {
    let script = format!("{trap} ulimit -f 0; exec \"$0\" lock");
    let mut shell = Command::new("sh");
    shell.args(["-c", &script, env!("CARGO_BIN_EXE_cachecheck")]).current_dir(service(repository));
    shell.output().unwrap()
}

#[test]
fn the_old_lock_survives_a_full_disk_and_a_kill() {
    let (repository, _outside) = repository(GATED);
    let lock = service(&repository).join("cachecheck.lock");
    repository.run("service", &["lock"]).good();
    let old = fs::read_to_string(&lock).unwrap();
    repository.write(&[("prompts/b.yaml", TEMPLATE)]);
    let full = ended(&lock_without_room(&repository, "trap '' XFSZ;"));
    assert!(full.refusal().contains("cannot write cachecheck.lock"));
    assert_eq!(fs::read_to_string(&lock).unwrap(), old);
    let beside = || fs::read_dir(service(&repository)).unwrap().count();
    assert_eq!(beside(), 3, "nothing is left beside the configuration, the lock and the prompts");
    assert_eq!(lock_without_room(&repository, "").status.code(), None, "it is killed");
    assert_eq!(fs::read_to_string(&lock).unwrap(), old);
}

#[test]
fn a_replaced_lock_keeps_its_permissions_and_a_new_one_is_for_all() {
    use std::os::unix::fs::PermissionsExt;
    let (repository, _outside) = repository(GATED);
    let lock = service(&repository).join("cachecheck.lock");
    let mode = || fs::metadata(&lock).unwrap().permissions().mode() & 0o777;
    repository.run("service", &["lock"]).good();
    let ordinary = service(&repository).join("ordinary");
    fs::write(&ordinary, "").unwrap();
    assert_eq!(mode(), fs::metadata(&ordinary).unwrap().permissions().mode() & 0o777);
    fs::set_permissions(&lock, fs::Permissions::from_mode(0o600)).unwrap();
    repository.run("service", &["lock"]).good();
    assert_eq!(mode(), 0o600);
}

#[test]
fn what_a_configuration_names_stays_in_the_repository() {
    let gates = "gates:\n  min_hit_ratio: 0.1\n";
    let named = |what: &str| match what {
        "templates" => format!("profile: deepseek-v3.2\ntemplates: [prompts/*.yaml, OUT]\n{gates}"),
        "profile" => format!("profile: OUT\ntemplates: [prompts/*.yaml]\n{gates}"),
        "rates" => format!("templates: [prompts/*.yaml]\npricing: {{model: deepseek-chat, rates: OUT}}\n{gates}"),
        "logs" => format!("profile: deepseek-v3.2\ntemplates: [prompts/*.yaml]\nlogs: [OUT]\n{gates}"),
        _ => unreachable!(),
    };
    for what in ["templates", "profile", "rates", "logs"] {
        let (repository, outside) = repository(GATED);
        let secret = outside.path().join("secret.yaml");
        fs::write(&secret, SECRET).unwrap();
        symlink(&secret, service(&repository).join("link.yaml")).unwrap();
        symlink(outside.path(), service(&repository).join("folder")).unwrap();
        for out in [secret.to_str().unwrap(), "link.yaml", "folder/secret.yaml"] {
            repository.write(&[("cachecheck.yaml", &named(what).replace("OUT", out))]);
            let told = refused(repository.run("service", &["check"]));
            assert!(told.contains("is outside the repository"), "{what} {out}: {told}");
            let allowed = repository.run("service", &["check", "--allow-outside"]);
            assert!(!allowed.stderr.contains("is outside"), "{what} {out}: {}", allowed.stderr);
            for text in [&allowed.stdout, &allowed.stderr] {
                assert!(!text.contains("ghs_"), "{what} {out}: {text}");
            }
        }
    }
}

#[test]
fn a_configuration_that_is_a_link_out_of_the_repository_is_refused() {
    let (repository, outside) = repository(GATED);
    let secret = outside.path().join("secret.yaml");
    fs::write(&secret, SECRET.replace('=', ": ")).unwrap();
    let config = service(&repository).join("cachecheck.yaml");
    fs::remove_file(&config).unwrap();
    symlink(&secret, &config).unwrap();
    for command in ["check", "lint", "lock"] {
        assert!(refused(repository.run("service", &[command])).contains("is outside the repository"), "{command}");
    }
}

#[test]
fn no_error_quotes_a_file_that_a_repository_names() {
    for (config, file) in [
        ("templates: [prompts/*.yaml]\nprofile: .env\ngates: {lock: enforced}\n", ".env"),
        ("templates: [prompts/*.yaml]\npricing: {rates: .env}\ngates: {lock: enforced}\n", ".env"),
        ("templates: [prompts/*.yaml]\nprofile: keys.yaml\ngates: {lock: enforced}\n", "keys.yaml"),
        ("templates: [prompts/*.yaml]\npricing: {rates: keys.yaml}\ngates: {lock: enforced}\n", "keys.yaml"),
        ("templates: [prompts/*.yaml]\ngates: {lock: enforced}\n", "cachecheck.lock"),
    ] {
        let (repository, _outside) = repository(config);
        repository.write(&[
            (".env", SECRET),
            ("keys.yaml", "name: ours\nSECRET: ghs_abc\nrule: {blocks: {size: ghs_abc}}\n"),
            ("cachecheck.lock", "templates: [ghs_abc, {template: ghs_abc}]\n"),
        ]);
        let told = refused(repository.run("service", &["check"]));
        assert!(told.contains(file), "{told}");
    }
    // A configuration that is a link to another file of the repository.
    let (repository, _outside) = repository(GATED);
    let config = service(&repository).join("cachecheck.yaml");
    repository.write(&[("keys.yaml", "ghs_abcDEF: SECRET\n")]);
    fs::remove_file(&config).unwrap();
    symlink("keys.yaml", &config).unwrap();
    refused(repository.run("service", &["check"]));
}

#[test]
fn a_template_that_is_a_link_out_of_its_folder_is_skipped() {
    let (repository, outside) = repository(GATED);
    let secret = outside.path().join("secret.txt");
    fs::write(&secret, format!("{SECRET}{{{{ now }}}} {SECRET}")).unwrap();
    symlink(&secret, service(&repository).join("prompts/evil.txt")).unwrap();
    for arguments in [&["lint", "prompts", "--config", "cachecheck.yaml"][..], &["diff", "--git", "HEAD", "prompts"]] {
        let run = repository.run("service", arguments);
        assert_eq!(run.code, Some(0), "{run:?}");
        assert!(!format!("{run:?}").contains("ghs_"), "{run:?}");
        assert!(run.stdout.contains("skipped: ") && run.stdout.contains("evil.txt"), "{run:?}");
    }
}

#[test]
fn devices_and_what_has_no_end_are_refused() {
    let log = "fixtures/logs/few-shot.jsonl";
    for arguments in [
        &["cost", log, "--rates", "/dev/zero"][..],
        &["rates", "check", "/dev/zero"],
        &["rates", "import", "/dev/zero", "--retrieved", "2026-11-01"],
        &["simulate", log, "--profile", "/dev/zero"],
        &["simulate", log, "--tokenizer", "/dev/zero"],
        &["simulate", log, "--chat-template", "/dev/zero"],
        &["parse", log, "--redact", "--key-file", "/dev/zero"],
        &["check", "--config", "/dev/zero"],
        &["lint", "/dev/zero"],
        &["diff", "/dev/zero", "Cargo.toml"],
    ] {
        let told = run(arguments).refusal();
        assert!(told.contains("is larger than") || told.contains("is a character device"), "{arguments:?}: {told}");
    }
}

#[test]
fn a_person_may_name_a_pipe() {
    let log = fs::read("fixtures/logs/few-shot.jsonl").unwrap();
    run_with(&["simulate", "/dev/stdin"], log).good();
    let card = fs::read("fixtures/rates/contract.yaml").unwrap();
    run_with(&["rates", "check", "/dev/stdin"], card).good();
    run_with(&["lint", "/dev/stdin"], b"You are a bot.".to_vec()).good();
}

#[test]
fn no_key_is_made_for_a_log_that_is_not_there_or_holds_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("key");
    let (key_file, empty) = (key.to_str().unwrap(), folder.path().join("empty.jsonl"));
    fs::write(&empty, "\n").unwrap();
    for log in ["nothing.jsonl", empty.to_str().unwrap()] {
        run(&["parse", log, "--redact", "--key-file", key_file]).refusal();
        assert!(!key.exists(), "{log}");
    }
    symlink(folder.path().join("elsewhere"), &key).unwrap();
    run(&["parse", "fixtures/logs/few-shot.jsonl", "--redact", "--key-file", key_file]).refusal();
    assert!(!folder.path().join("elsewhere").exists());
    // On a full disk there is no key, not half of one.
    fs::remove_file(&key).unwrap();
    let script = "trap '' XFSZ; ulimit -f 0; exec \"$0\" parse fixtures/logs/few-shot.jsonl --redact --key-file \"$1\"";
    let mut shell = Command::new("sh");
    shell.args(["-c", script, env!("CARGO_BIN_EXE_cachecheck"), key_file]).current_dir(ROOT);
    assert!(ended(&shell.output().unwrap()).refusal().contains("cannot write a new key"));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing but the empty log");
}

#[test]
fn a_template_inserts_files_of_its_repository_alone() {
    let (repository, outside) = repository(GATED);
    fs::write(outside.path().join("secret.j2"), SECRET).unwrap();
    symlink(outside.path().join("secret.j2"), service(&repository).join("prompts/link.j2")).unwrap();
    let away = outside.path().join("secret.j2").to_string_lossy().into_owned();
    let names = ["link.j2", &away, "../../../secret.j2", "/etc/hostname"];
    for name in names {
        repository.write(&[("prompts/b.j2", &format!("You are kind. {{% include '{name}' %}}"))]);
        let run = repository.run("service", &["lint", "prompts/b.j2", "--list", "--format", "json"]);
        assert!(run.stdout.contains("inserts another file, which is not read"), "{name}: {}", run.stdout);
        assert!(!run.stdout.contains("ghs_"), "{}", run.stdout);
    }
    repository.write(&[("prompts/b.j2", "You are kind. {% include 'rules/c.j2' %}"), ("rules/c.j2", "Be short.")]);
    let run = repository.run("service", &["lint", "prompts/b.j2", "--list", "--format", "json"]);
    assert!(run.stdout.contains("\"unread\": []"), "{}", run.stdout);
}

#[test]
fn nothing_is_mended_through_a_link_out_of_the_repository() {
    let (repository, outside) = repository(GATED);
    let victim = outside.path().join("victim.py");
    // Keys out of order, which `--fix` would sort.
    let code = "SYSTEM_PROMPT = 'You are the support assistant of a shop. Answer as {\"b\": 1, \"a\": 2}'\r\n";
    fs::write(&victim, code).unwrap();
    symlink(&victim, service(&repository).join("prompts/victim.py")).unwrap();
    symlink(outside.path(), service(&repository).join("out")).unwrap();
    repository.run("service", &["lint", "--fix", "."]);
    assert_eq!(fs::read_to_string(&victim).unwrap(), code);
}

#[test]
fn a_key_is_not_made_at_the_end_of_a_link() {
    let folder = tempfile::tempdir().unwrap();
    let (link, end) = (folder.path().join("key"), folder.path().join("elsewhere"));
    symlink(&end, &link).unwrap();
    let told =
        run(&["parse", "fixtures/logs/few-shot.jsonl", "--redact", "--key-file", link.to_str().unwrap()]).refusal();
    assert!(told.contains("cannot read the key file"), "{told}");
    assert!(!end.exists());
}

#[test]
fn a_profile_that_is_a_pipe_and_settings_that_grow_when_read_are_refused() {
    let (repository, _outside) = repository("profile: ./pipe.yaml\ntemplates: [prompts/*.yaml]\n");
    let pipe = service(&repository).join("pipe.yaml");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    assert!(refused(repository.run("service", &["check"])).contains("is a pipe"));
    let level = |number: u32| format!("l{number}: &l{number} [{}]\n", vec![format!("*l{}", number - 1); 9].join(", "));
    let bomb = format!("l0: &l0 [x]\n{}", (1..10).map(level).collect::<String>());
    fs::write(service(&repository).join("cachecheck.yaml"), bomb).unwrap();
    assert!(refused(repository.run("service", &["check"])).contains("too many values"));
}

#[test]
fn links_that_lead_in_circles_are_walked_once() {
    let (repository, _outside) = repository("profile: deepseek-v3.2\ntemplates: ['**/*.yaml']\n");
    for number in 0..8 {
        let folder = service(&repository).join(format!("d{number}"));
        fs::create_dir(&folder).unwrap();
        symlink("..", folder.join("up")).unwrap();
        symlink(format!("../d{}", (number + 1) % 8), folder.join("next")).unwrap();
    }
    symlink("loop", service(&repository).join("loop")).unwrap();
    for arguments in [&["check"][..], &["lint", "."]] {
        let run = repository.run("service", arguments);
        assert!(matches!(run.code, Some(0..=1)), "{run:?}");
        assert!(run.stdout.contains(" templates") && run.stdout.len() < 4000, "{run:?}");
    }
}
