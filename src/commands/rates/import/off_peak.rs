//! Off-peak hours of LiteLLM's price file as a schedule of a card: there the hours of low prices are listed, here those of high ones.

use serde::Deserialize;

use super::Priced;

const DAY: u32 = 24 * 60;

/// Low hours of some weekdays, as LiteLLM writes them.
#[derive(Deserialize)]
pub(super) struct Window {
    hours_utc: OneOrMany,
    /// From Monday, 1, to Sunday, 7; absent: all.
    weekdays: Option<Vec<u8>>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

/// Prices at other hours than the peak hours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct OffPeak {
    pub(super) peak_hours: PeakHours,
    pub(super) prices: Priced,
}

/// The dear hours of a week in local time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct PeakHours {
    /// The distance of local time from UTC.
    pub(super) utc_offset: &'static str,
    /// Hours such as `09:00-12:00`, each with its weekdays.
    pub(super) windows: Vec<(String, Vec<u8>)>,
}

/// The hours of a week without the low ones.
pub(super) fn peak_hours(low: &[Window], zone: Option<&str>) -> Result<PeakHours, &'static str> {
    let (utc_offset, ahead) = match zone {
        None | Some("UTC") => ("+00:00", 0),
        Some("Asia/Shanghai") => ("+08:00", 8 * 60),
        Some(_) => return Err("their time zone is not known here"),
    };
    let mut windows: Vec<(String, Vec<u8>)> = Vec::new();
    for weekday in 1..=7 {
        let of_day = low.iter().filter(|window| window.weekdays.as_ref().is_none_or(|days| days.contains(&weekday)));
        let low: Vec<(u32, u32)> =
            of_day.map(Window::minutes).collect::<Option<Vec<_>>>().ok_or("hours that cannot be read")?.concat();
        let is_peak = |local: u32| {
            let minute = (local + DAY - ahead) % DAY;
            !low.iter().any(|(from, until)| (*from..*until).contains(&minute))
        };
        for hours in stretches(is_peak) {
            match windows.iter_mut().find(|(known, _)| *known == hours) {
                Some((_, weekdays)) => weekdays.push(weekday),
                None => windows.push((hours, vec![weekday])),
            }
        }
    }
    Ok(PeakHours { utc_offset, windows })
}

/// The stretches of a day that are so, as `09:00-12:00`.
fn stretches(holds: impl Fn(u32) -> bool) -> Vec<String> {
    let edges = (0..=DAY).filter(|&minute| {
        let before = minute > 0 && holds(minute - 1);
        let after = minute < DAY && holds(minute);
        before != after
    });
    let edges: Vec<String> = edges.map(|minute| format!("{:02}:{:02}", minute / 60, minute % 60)).collect();
    edges.chunks(2).map(|edge| edge.join("-")).collect()
}

impl Window {
    /// Its hours in minutes of the day; midnight at the end is the end of the day.
    fn minutes(&self) -> Option<Vec<(u32, u32)>> {
        let hours: &[String] = match &self.hours_utc {
            OneOrMany::One(hours) => std::slice::from_ref(hours),
            OneOrMany::Many(hours) => hours,
        };
        let minute = |time: &str| -> Option<u32> {
            let (hour, minute) = time.split_once(':')?;
            Some(hour.parse::<u32>().ok()? * 60 + minute.parse::<u32>().ok()?)
        };
        let stretch = |hours: &String| {
            let (from, until) = hours.split_once('-')?;
            let (from, until) = (minute(from)?, minute(until)?);
            // Over midnight: both parts belong to the same weekday's list.
            Some(if until == 0 {
                vec![(from, DAY)]
            } else if until < from {
                vec![(from, DAY), (0, until)]
            } else {
                vec![(from, until)]
            })
        };
        hours.iter().map(stretch).collect::<Option<Vec<_>>>().map(|stretches| stretches.concat())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dear_hours_are_what_the_low_ones_leave_in_local_time() {
        let low = |json: &str| serde_json::from_str::<Vec<Window>>(json).unwrap();
        let deepseek = low(r#"[{"hours_utc": ["00:00-01:00", "04:00-06:00", "10:00-00:00"], "weekdays": [1, 2]},
            {"hours_utc": "00:00-00:00", "weekdays": [3, 4, 5, 6, 7]}]"#);
        let windows = |zone| peak_hours(&deepseek, zone).unwrap().windows;
        assert_eq!(windows(None), [("01:00-04:00".to_owned(), vec![1, 2]), ("06:00-10:00".to_owned(), vec![1, 2])]);
        assert_eq!(windows(Some("Asia/Shanghai"))[0].0, "09:00-12:00");
        assert!(peak_hours(&deepseek, Some("Mars/Olympus")).is_err());
        let night = low(r#"[{"hours_utc": "22:00-06:00"}]"#);
        assert_eq!(
            peak_hours(&night, None).unwrap().windows,
            [("06:00-22:00".to_owned(), (1..=7).collect::<Vec<u8>>())]
        );
    }
}
