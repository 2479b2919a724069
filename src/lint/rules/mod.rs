//! The rules, each a file that bears its id.

mod baked_date;
pub(super) mod byte_order_mark;
mod document_behind_question;
mod examples_loop;
pub(super) mod idle_allow;
mod invalid_mark;
mod invisible_characters;
mod late_system;
mod leading_blanks;
pub(super) mod line_endings;
mod mark_behind_value;
mod partial_block;
mod random_order;
mod request_counter;
mod short_lifetime;
mod short_prefix;
mod stranded_text;
mod system_is_variable;
pub(super) mod trailing_blanks;
mod unordered_source;
pub(super) mod unquoted_braces;
mod unread_construct;
mod unread_include;
pub(super) mod unsorted_json;
mod user_in_system;
mod volatile_before_stable;
mod volatile_first_block;
mod volatile_tool;

use super::rule::LintRule;

/// All rules, in the order of what they are about: values, order, form, comments.
pub const RULES: &[&LintRule] = &[
    &volatile_first_block::RULE,
    &volatile_before_stable::RULE,
    &request_counter::RULE,
    &user_in_system::RULE,
    &stranded_text::RULE,
    &random_order::RULE,
    &examples_loop::RULE,
    &unordered_source::RULE,
    &unsorted_json::RULE,
    &document_behind_question::RULE,
    &late_system::RULE,
    &volatile_tool::RULE,
    &system_is_variable::RULE,
    &invalid_mark::RULE,
    &mark_behind_value::RULE,
    &short_lifetime::RULE,
    &short_prefix::RULE,
    &partial_block::RULE,
    &baked_date::RULE,
    &byte_order_mark::RULE,
    &line_endings::RULE,
    &trailing_blanks::RULE,
    &leading_blanks::RULE,
    &invisible_characters::RULE,
    &unquoted_braces::RULE,
    &unread_construct::RULE,
    &unread_include::RULE,
    &idle_allow::RULE,
];
