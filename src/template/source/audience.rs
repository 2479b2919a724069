//! Texts that people read, or programs: by their own names, the names around them, and the functions that they are given to.

use super::patterns::PROSE;
use super::signs::{file_weight, is_said, name_weight, text_of, use_weight};
use super::site::{Site, SiteKind, Use};
use super::words::{self, last};
use crate::template::volatile::words as words_of;

/// Tells whether a text is written for people or for other programs.
pub(super) fn is_for_people(site: &Site, file: &str) -> bool {
    is_named_for_people(site, file)
        || use_weight(site) < 4 && site.around.iter().any(|name| is_around_people(name))
        || is_given_to_people(site)
}

/// True if the text's own name says so.
fn is_named_for_people(site: &Site, file: &str) -> bool {
    let own = words_of(&site.own);
    // Text that a class or a variable says of itself, where nothing sends it.
    let is_label = matches!(site.kind, SiteKind::Binding { .. }) && site.own.ends_with("description");
    if is_label && site.uses.iter().all(|by| matches!(by, Use::Key(_) | Use::Other)) && file_weight(file) == 0 {
        return true;
    }
    // Texts that a page offers to be typed.
    let is_offered =
        own.iter().any(|word| ["example", "sample", "suggested", "suggestion", "starter"].contains(&word.as_str()));
    let is_clicked = matches!(site.kind, SiteKind::Argument { keyword: None, .. })
        && PROSE.find_iter(&text_of(site)).nth(12).is_none();
    let is_entry = matches!(site.kind, SiteKind::Key { .. }) && site.uses.iter().all(|by| matches!(by, Use::Key(_)));
    let is_sample = own.first().is_some_and(|first| ["example", "sample"].contains(&first.as_str()));
    if (is_offered || is_clicked) && file.ends_with("sx") || is_sample && is_entry {
        return true;
    }
    // The help of a command of Go's cobra.
    let is_help = ["Long", "Short"].contains(&site.own.as_str()) && matches!(site.kind, SiteKind::Key { .. });
    let is_setup = own.iter().any(|word| ["install", "installation", "setup"].contains(&word.as_str()));
    let is_for_people = own.iter().any(|word| words::has(words::FOR_PEOPLE, word));
    let is_sent = is_said(site) || site.uses.iter().any(|by| matches!(by, Use::Message(_)));
    // A line on a terminal, and a question with yes and no as the usual value of a parameter.
    let is_line = own.len() > 1 && own.last().is_some_and(|last| ["line", "label", "hint"].contains(&last.as_str()));
    let text = text_of(site);
    let is_question = matches!(site.kind, SiteKind::Binding { .. })
        && own == ["prompt"]
        && text.trim_end().ends_with('?')
        && PROSE.find_iter(&text).nth(8).is_none()
        && site.uses.iter().all(|by| matches!(by, Use::Key(_)));
    if (is_line || is_question) && !is_sent && file_weight(file) == 0 {
        return true;
    }
    let is_of_page = own.iter().any(|word| words::has(words::OF_PAGES, word));
    is_help
        || is_setup
        || is_of_page && !is_sent && name_weight(&site.own) < 3
        || is_for_people && !is_sent && name_weight(&site.own) < 3 && file_weight(file) == 0
}

/// True if a name around a text says that what stands in it is shown.
fn is_around_people(name: &str) -> bool {
    let words = words_of(name);
    let shows = words
        .first()
        .is_some_and(|first| ["show", "print", "display", "log", "render", "warn"].contains(&first.as_str()));
    let is_help = words.iter().any(|word| ["help", "usage", "announcements", "changelog"].contains(&word.as_str()));
    // Whatever a menu of prompts is called.
    let is_of_ui = words.iter().any(|word| words::has(words::OF_UI, word));
    is_of_ui || (shows || is_help) && name_weight(name) < 3
}

/// True if the text is given to a function that shows it, or to no other.
fn is_given_to_people(site: &Site) -> bool {
    let is_given = match &site.kind {
        // A field's description is a part of the schema.
        SiteKind::Argument { function, keyword: Some(keyword) } if last(function) == "Field" => {
            keyword == "description"
        }
        SiteKind::Argument { function, .. } => {
            shows(function)
                || describes_pages(function)
                || asks_a_person(function)
                || words::has(words::METHODS, last(function))
        }
        SiteKind::Key { siblings } => {
            site.own == "message" && siblings.are_of_report
                || ["body", "description"].contains(&site.own.as_str()) && siblings.are_of_tracker
        }
        _ => false,
    };
    let is_asked = |by: &Use| matches!(by, Use::Argument { function, .. } if asks_a_person(function));
    if site.uses.iter().any(is_asked) {
        return true;
    }
    // Messages with roles are no page, whatever routes them.
    let is_shown_by = |function: &str| shows(function) || !is_said(site) && describes_pages(function);
    let all_shown = |by: &Use| matches!(by, Use::Argument { function, .. } if is_shown_by(function));
    is_given || !site.uses.is_empty() && site.uses.iter().all(all_shown)
}

/// True if a function asks the user and no model: `askUser`, `ask_human`.
fn asks_a_person(function: &str) -> bool {
    let words = words_of(last(function));
    let is_pair = |pair: &[String]| {
        let is = |word: &String, known: &[&str]| known.contains(&word.as_str());
        is(&pair[0], &["ask", "prompt", "notify", "tell"]) && is(&pair[1], &["user", "human"])
            || is(&pair[0], &["request", "get", "read", "collect"]) && pair[1] == "input"
    };
    let is_confirmed =
        |pair: &[String]| ["yes", "y"].contains(&pair[0].as_str()) && ["no", "n"].contains(&pair[1].as_str());
    words.windows(2).any(is_pair) && words.len() == 2 || words.windows(2).any(is_confirmed)
}

/// True if a function describes an interface of the web.
fn describes_pages(function: &str) -> bool {
    words_of(last(function)).iter().any(|word| words::has(words::PAGES, word))
}

/// True if a function of Go declares a flag of a command line, whose help it is given: `BoolVar`, `StringVarP`.
fn is_flag(function: &str) -> bool {
    let name = function.strip_suffix('P').unwrap_or(function);
    let kind = name.strip_suffix("Var").or_else(|| function.strip_suffix('P'));
    kind.is_some_and(|kind| {
        ["Bool", "String", "Int", "Duration", "StringSlice", "StringArray", "Float64"].contains(&kind)
    })
}

/// True if a function shows or logs what it is given, or fails with it.
fn shows(function: &str) -> bool {
    let head = function.to_lowercase();
    let is_error = function.ends_with("Error") || function.ends_with("Exception") || function.ends_with("Warning");
    let asks = head.ends_with("prompt.ask") && function.starts_with(|letter: char| letter.is_uppercase());
    let is_widget = words_of(last(function)).iter().any(|word| words::has(words::WIDGETS, word));
    let is_logger = words_of(function).first().is_some_and(|first| words::has(words::LOGGERS, first));
    is_error || asks || is_widget || is_logger || is_flag(last(function)) || words::has(words::SHOWING, last(&head))
}
