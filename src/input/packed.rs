//! Packed input: gzip and zstd are unpacked, recognised by their first bytes; what is no text is refused, with the way to read it.

use std::io::{self, BufRead, BufReader, Cursor, Read};

use flate2::read::MultiGzDecoder;
use zstd::stream::read::Decoder;

use super::foreign;

/// Memory that unpacking may take unless another limit is given: a file asks for as large a window as its packer chose.
const MEMORY: usize = 1 << 30;

/// The smallest and the largest window of zstd, as powers of two.
const WINDOWS: (u32, u32) = (20, 31);

const GZIP: &[u8] = &[0x1f, 0x8b];
const ZSTD: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];

/// Tells whether a frame is one of zstd that decoders pass over, as pzstd writes one first.
fn is_skippable(magic: &[u8]) -> bool {
    matches!(magic, [first, 0x2a, 0x4d, 0x18, ..] if (0x50..=0x5f).contains(first))
}

/// The bytes as they were before they were packed; those that are not packed as they are. `name` is that of their file, for advice.
///
/// # Errors
/// Nothing can be read, or the first bytes tell that it is no text.
pub(super) fn unpacked(
    mut raw: impl Read + Send + 'static,
    memory: Option<usize>,
    name: Option<&str>,
) -> io::Result<Box<dyn Read + Send>> {
    let mut first = Vec::new();
    let mut failure = raw.by_ref().take(foreign::FIRST).read_to_end(&mut first).err();
    if let Some(failure) = failure.take_if(|_| first.is_empty()) {
        return Err(failure);
    }
    // A terminal that has told its end is not asked for it once more.
    let is_at_end = failure.is_none() && (first.len() as u64) < foreign::FIRST;
    let raw = FailsOnce(failure).chain(raw.take(if is_at_end { 0 } else { u64::MAX }));
    let (is_gzip, is_zstd) = (first.starts_with(GZIP), first.starts_with(ZSTD) || is_skippable(&first));
    if !is_gzip && !is_zstd {
        refuse(foreign::refusal(&first, name).or_else(|| foreign::archive(&first, name, "")))?;
        return Ok(Box::new(Cursor::new(first).chain(raw)));
    }
    let raw = Cursor::new(first).chain(raw);
    let (unpacked, option): (Box<dyn Read + Send>, _) = if is_gzip {
        (Box::new(MultiGzDecoder::new(raw)), "-z ")
    } else {
        let mut decoder = Decoder::with_buffer(BufReader::with_capacity(1 << 17, raw))?;
        decoder.window_log_max(memory.unwrap_or(MEMORY).ilog2().clamp(WINDOWS.0, WINDOWS.1))?;
        (Box::new(Zstd { decoder, name: foreign::word(name.unwrap_or("LOG")).into_owned() }), "--zstd ")
    };
    let (first, unpacked) = peek(unpacked);
    refuse(foreign::archive(&first, name, option))?;
    Ok(Box::new(unpacked))
}

fn refuse(reason: Option<String>) -> io::Result<()> {
    reason.map_or(Ok(()), |reason| Err(io::Error::new(io::ErrorKind::Unsupported, reason)))
}

/// Tells by its first bytes whether a file may be text, as it is or packed.
///
/// # Errors
/// It cannot be read.
pub(crate) fn may_be_text(mut file: impl Read) -> io::Result<bool> {
    let mut first = Vec::new();
    file.by_ref().take(foreign::FIRST).read_to_end(&mut first)?;
    let is_packed = first.starts_with(GZIP) || first.starts_with(ZSTD) || is_skippable(&first);
    Ok(is_packed || !first.contains(&0) && foreign::refusal(&first, None).is_none())
}

/// The bytes that gzip packed, if they are fewer than so many: a few kilobytes could unpack to all the memory there is.
///
/// # Errors
/// The bytes are damaged, or too many.
pub(crate) fn gunzipped(bytes: &[u8], most: usize) -> io::Result<Vec<u8>> {
    let mut unpacked = Vec::new();
    if MultiGzDecoder::new(bytes).take(most as u64).read_to_end(&mut unpacked)? < most {
        return Ok(unpacked);
    }
    Err(io::Error::other(format!("unpacks to more than {most} bytes")))
}

/// Frames of zstd, one after the other, with their checksums verified. Its errors are in words for people.
struct Zstd<R: BufRead> {
    decoder: Decoder<'static, R>,
    /// The name of their file, as a shell takes it.
    name: String,
}

impl<R: BufRead> Read for Zstd<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.decoder.read(buffer).map_err(|error| {
            if error.raw_os_error().is_some() {
                return error;
            }
            let words = error.to_string();
            let reason = match words.as_str() {
                words if words.contains("ictionary") => format!(
                    "it is packed with a dictionary; unpack it first: zstd -dc -D DICTIONARY {} | cachecheck simulate -",
                    self.name
                ),
                words if words.contains("too much memory") => {
                    "it needs a larger window to be unpacked than --max-memory allows".into()
                }
                words if words.contains("checksum") => "the zstd data is damaged: its checksum is another".into(),
                _ if error.kind() == io::ErrorKind::UnexpectedEof => "the zstd data is cut off".into(),
                _ => "the zstd data is damaged".into(),
            };
            io::Error::new(error.kind(), reason)
        })
    }
}

/// The first bytes, and a reader that gives them again. A failure among them comes behind what was read.
fn peek<R: Read + Send>(mut reader: R) -> (Vec<u8>, impl Read + Send + use<R>) {
    let mut first = Vec::new();
    let failure = reader.by_ref().take(foreign::FIRST).read_to_end(&mut first).err();
    (first.clone(), Cursor::new(first).chain(FailsOnce(failure)).chain(reader))
}

/// A reader that fails once, where there is a failure, and then is at its end.
struct FailsOnce(Option<io::Error>);

impl Read for FailsOnce {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zstd::stream::write::Encoder;

    use super::*;

    /// Lines that repeat, so that packing refers back.
    fn log() -> Vec<u8> {
        let line = |index: u64| format!("{{\"id\": {index}, \"prompt\": \"word {} and more\"}}\n", index * index % 97);
        (0..400).map(line).collect::<String>().into_bytes()
    }

    fn zstd(bytes: &[u8], window: Option<u32>) -> Vec<u8> {
        let mut encoder = Encoder::new(Vec::new(), 3).unwrap();
        encoder.include_checksum(true).unwrap();
        if let Some(window) = window {
            encoder.window_log(window).unwrap();
            encoder.include_contentsize(false).unwrap();
        }
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn read(bytes: Vec<u8>, memory: Option<usize>) -> io::Result<Vec<u8>> {
        let mut all = Vec::new();
        unpacked(Cursor::new(bytes), memory, None)?.read_to_end(&mut all).map(|_| all)
    }

    #[test]
    fn a_flipped_bit_is_reported_or_harmless() {
        for packed in [zstd(&log(), None), gzip(&log())] {
            let bits = packed.len() * 8;
            let mut reported = 0;
            for flip in 0..400 {
                // Spread over the file, and not always the same bit of a byte.
                let bit = flip * bits / 400;
                let mut damaged = packed.clone();
                damaged[bit / 8] ^= 1 << (bit % 8);
                match read(damaged.clone(), None) {
                    // The first bytes name no packing any more, and what follows is no line of any log.
                    Ok(bytes) if bytes == damaged => assert!(std::str::from_utf8(&bytes).is_err(), "bit {bit}"),
                    Ok(bytes) => assert!(bytes == log(), "bit {bit} of {bits} changes the log in silence"),
                    Err(_) => reported += 1,
                }
            }
            assert!(reported > 300, "{reported} of 400");
        }
    }

    #[test]
    fn frames_follow_one_another_and_those_to_be_skipped_are() {
        let skippable = [&[0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0][..], b"size"].concat();
        let packed = [&skippable[..], &zstd(b"a\nb", None), &skippable, &zstd(b"c\n", None)].concat();
        assert_eq!(read(packed, None).unwrap(), b"a\nbc\n");
    }

    #[test]
    fn what_is_cut_off_says_so() {
        for packed in [zstd(&log(), None), gzip(&log())] {
            for length in [packed.len() / 2, packed.len() - 1] {
                let error = read(packed[..length].to_vec(), None).unwrap_err();
                assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof, "{error}");
            }
        }
    }

    #[test]
    fn a_window_is_as_large_as_memory_allows() {
        let packed = zstd(&log(), Some(27));
        assert_eq!(read(packed.clone(), None).unwrap(), log());
        let error = read(packed, Some(1 << 26)).unwrap_err().to_string();
        assert!(error.contains("--max-memory"), "{error}");
    }

    #[test]
    fn what_is_no_text_is_named_with_what_to_type() {
        let mut tar = vec![0_u8; 1024];
        tar[..5].copy_from_slice(b"a.log");
        tar[257..262].copy_from_slice(b"ustar");
        for (bytes, with_name, without) in [
            (b"\xfd7zXZ\0\0\x04".to_vec(), "xz -dc 'my log' |", "xz -dc |"),
            (b"BZh91AY".to_vec(), "bzip2 -dc 'my log' |", "bzip2 -dc |"),
            (b"\x04\x22\x4d\x18d".to_vec(), "lz4 -dc 'my log' |", "lz4 -dc |"),
            (b"PK\x03\x04\x14".to_vec(), "unzip -p 'my log' |", "unzip -p |"),
            (b"PAR1\x15\x04".to_vec(), "FROM 'my log'", "FROM 'FILE'"),
            (b"SQLite format 3\0\x10\0".to_vec(), "sqlite3 -json 'my log'", "sqlite3 -json FILE"),
            (tar.clone(), "tar -xOf 'my log' |", "tar -xO |"),
            (gzip(&tar), "tar -xOf 'my log' |", "tar -z -xO |"),
            (zstd(&tar, None), "tar -xOf 'my log' |", "tar --zstd -xO |"),
        ] {
            for (name, command) in [(Some("my log"), with_name), (None, without)] {
                let error = unpacked(Cursor::new(bytes.clone()), None, name).err().unwrap().to_string();
                assert!(error.starts_with("it is ") && error.contains(command), "{error}");
                assert!(error.ends_with("| cachecheck simulate -"), "{error}");
            }
        }
    }
}
