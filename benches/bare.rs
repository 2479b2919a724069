//! The bare tokenizer on the texts of a log's messages, for `whole.py`: `cargo bench --bench bare -- LOG` prints the bytes of the
//! texts and the seconds that it took to tokenise them, one after the other.

use std::fs::File;
use std::io::Write as _;
use std::time::Instant;

use cachecheck::exchange::Message;
use cachecheck::input::Lines;
use cachecheck::log::{Entry, LogReader, Options};
use cachecheck::tokens::Tokenizer as _;
use cachecheck::tokens::deepseek::{Added, DeepSeek};

fn main() -> std::io::Result<()> {
    // Cargo adds flags of its own, and runs benches without a log among the tests.
    let Some(log) = std::env::args().skip(1).find(|argument| !argument.starts_with('-')) else { return Ok(()) };
    let texts = texts(&log)?;
    let (tokenizer, mut ids) = (DeepSeek::new(Added::V4), Vec::new());
    tokenizer.encode_text("the tables are made at first use", &mut ids);
    let start = Instant::now();
    for text in &texts {
        ids.clear();
        tokenizer.encode_text(text, &mut ids);
    }
    let seconds = start.elapsed().as_secs_f64();
    writeln!(std::io::stdout(), "{} {seconds}", texts.iter().map(String::len).sum::<usize>())
}

/// The texts of all messages and answers.
fn texts(log: &str) -> std::io::Result<Vec<String>> {
    let mut reader = LogReader::new(Options::default());
    reader.open(Lines::new(File::open(log)?)?, 0);
    let mut texts = Vec::new();
    let own = |message: &Message| message.content.iter().map(|content| content.texts().concat()).collect();
    while let Some(batch) = reader.next_batch()? {
        for entry in batch.entries {
            let Entry::Exchange(exchange) = entry else { continue };
            let answer = exchange.response.as_ref().and_then(|response| response.message.as_ref());
            texts.extend(exchange.request.messages().iter().map(|message| own(message)));
            texts.extend(answer.iter().map(|message| own(message)));
        }
    }
    Ok(texts)
}
