//! Break-even: after how many reads a charged cache write has paid for itself.

use crate::money::Money;
use crate::rates::{Lifetime, Rate};
use crate::report::{Cell, Column, Fact, Table};
use crate::workspace::prices;

/// For the lifetime asked for, or the default one.
pub(super) fn fact(rate: &Rate, lifetime: Lifetime) -> Fact {
    let free = rate.prices.cache_write.is_empty();
    let aside = match (free, reads(rate, lifetime)) {
        (true, None) => "writes are not charged, and reads are no cheaper than input, or have no published price",
        (true, Some(_)) => "writes are not charged: the first read saves",
        (false, Some(_)) => "reads of the same tokens until their charged write has paid for itself",
        (false, None) => "reads are no cheaper than input, or the price of reads or of this write is not in the card",
    };
    Fact::new("break_even_reads", "break-even", Cell::count(reads(rate, lifetime))).aside(aside)
}

/// A row for every lifetime that is sold, where writes are charged.
pub(super) fn table(rate: &Rate) -> Option<Table> {
    let input = Money::new(rate.prices.input.per_million(), rate.currency());
    let rows = rate.prices.cache_write.listed().map(|(lifetime, price)| {
        let price = Money::new(price.per_million(), rate.currency());
        let times = price.amount.checked_div(input.amount).map(|times| times.round_dp(4).normalize().to_string());
        vec![
            Cell::Text(prices::lifetime(lifetime)),
            Cell::Exact(price),
            Cell::text(times.map(|times| format!("{times}x"))),
            Cell::count(reads(rate, lifetime)),
        ]
    });
    let rows: Vec<_> = rows.collect();
    let columns = [
        ("lifetime", "lives"),
        ("price", "write price"),
        ("times_input", "of input"),
        ("reads", "reads until the write pays"),
    ];
    (!rows.is_empty()).then(|| Table {
        key: "writes",
        title: "charged cache writes".into(),
        columns: columns.map(|(key, title)| Column::new(key, title)).into(),
        rows,
    })
}

fn reads(rate: &Rate, lifetime: Lifetime) -> Option<u64> {
    let saves = rate.read_price().is_ok_and(|read| read < rate.prices.input);
    let reads = rate.break_even_reads(lifetime).ok().flatten().filter(|_| saves)?;
    u64::try_from(reads).ok()
}
