//! `campaigns.csv` and `campaigns.xlsx`: the same thirty campaigns, all of which can be sent.
//!
//! Their dates lie in 2037 and 2038, so that they stay valid for ten years.

use rust_xlsxwriter::{ExcelDateTime, Format};

const HEADER: [&str; 7] = ["Campaign", "Owner team", "Region", "Start", "End", "Repeat every", "Budget code"];

/// Name, owner team, region, start, end, how often, budget code.
type Campaign = (&'static str, &'static str, &'static str, [u16; 5], [u16; 5], &'static str, u32);

#[rustfmt::skip]
const CAMPAIGNS: [Campaign; 30] = [
    ("Spring Savings | EU",            "Retail",        "EMEA", [2037, 3, 2, 9, 0],    [2037, 4, 30, 18, 0],  "daily",                4101),
    ("Spring Savings | US",            "Retail",        "AMER", [2037, 3, 2, 9, 0],    [2037, 4, 30, 18, 0],  "daily",                4101),
    ("Spring Savings | APAC",          "Retail",        "APAC", [2037, 3, 9, 8, 30],   [2037, 5, 7, 17, 30],  "every other day",      4101),
    ("Loyalty Points Expiring",        "Loyalty",       "EMEA", [2037, 1, 5, 10, 0],   [2037, 12, 31, 20, 0], "2 weeks on Tue",       4120),
    ("Loyalty Points Expiring | US",   "Loyalty",       "AMER", [2037, 1, 5, 10, 0],   [2037, 12, 31, 20, 0], "2 weeks on Tue",       4120),
    ("Loyalty Welcome Call",           "Loyalty",       "EMEA", [2037, 1, 11, 9, 15],  [2038, 1, 8, 17, 0],   "weekdays",             4121),
    ("Gold Tier Renewal",              "Loyalty",       "AMER", [2037, 2, 1, 11, 0],   [2037, 6, 30, 19, 0],  "weekly",               4122),
    ("Payment Reminder | First",       "Collections",   "EMEA", [2037, 1, 4, 8, 0],    [2038, 3, 31, 18, 0],  "Mon-Fri",              5200),
    ("Payment Reminder | Second",      "Collections",   "EMEA", [2037, 1, 4, 14, 0],   [2038, 3, 31, 18, 0],  "Mon/Wed/Fri",          5200),
    ("Payment Reminder | Final",       "Collections",   "EMEA", [2037, 1, 6, 16, 0],   [2038, 3, 31, 18, 0],  "Tue/Thu",              5200),
    ("Appointment Confirmation",       "Service",       "EMEA", [2037, 1, 2, 7, 45],   [2038, 1, 1, 19, 0],   "daily",                6010),
    ("Appointment Confirmation | US",  "Service",       "AMER", [2037, 1, 2, 7, 45],   [2038, 1, 1, 19, 0],   "daily",                6010),
    ("Boiler Service Due",             "Service",       "EMEA", [2037, 8, 17, 9, 0],   [2037, 11, 30, 17, 0], "every 3 days",         6011),
    ("Winter Tyre Change",             "Service",       "EMEA", [2037, 9, 28, 8, 0],   [2037, 11, 15, 18, 0], "every 2 days",         6012),
    ("Product Feedback | Q1",          "Research",      "EMEA", [2037, 1, 18, 10, 0],  [2037, 3, 31, 16, 0],  "every 5 days",         7300),
    ("Product Feedback | Q2",          "Research",      "EMEA", [2037, 4, 6, 10, 0],   [2037, 6, 30, 16, 0],  "every 5 days",         7300),
    ("Product Feedback | Q3",          "Research",      "EMEA", [2037, 7, 6, 10, 0],   [2037, 9, 30, 16, 0],  "every 5 days",         7300),
    ("Product Feedback | Q4",          "Research",      "EMEA", [2037, 10, 5, 10, 0],  [2037, 12, 18, 16, 0], "every 5 days",         7300),
    ("Annual Customer Survey",         "Research",      "AMER", [2037, 5, 4, 12, 0],   [2037, 5, 29, 20, 0],  "every 4 days",         7310),
    ("Café Opening – Lisbon",          "Retail",        "EMEA", [2037, 6, 1, 9, 30],   [2037, 6, 21, 21, 0],  "daily",                4140),
    ("Back to School",                 "Retail",        "AMER", [2037, 7, 20, 9, 0],   [2037, 9, 5, 20, 0],   "Mon/Wed/Fri",          4150),
    ("Singles' Day Teaser",            "Retail",        "APAC", [2037, 10, 26, 18, 0], [2037, 11, 10, 22, 0], "every 2 days",         4160),
    ("Black Friday Early Access",      "Retail",        "AMER", [2037, 11, 16, 6, 0],  [2037, 11, 27, 23, 0], "daily",                4170),
    ("Gift Card Reminder",             "Retail",        "EMEA", [2037, 12, 1, 10, 0],  [2037, 12, 23, 18, 0], "every other day",      4180),
    ("New Year Thank You",             "Loyalty",       "EMEA", [2037, 12, 28, 10, 0], [2038, 1, 10, 18, 0],  "daily",                4123),
    ("Contract Renewal | 60 days",     "Sales",         "EMEA", [2037, 2, 2, 9, 0],    [2038, 2, 1, 17, 0],   "every 2 weeks on Mon", 8400),
    ("Contract Renewal | 30 days",     "Sales",         "EMEA", [2037, 2, 4, 9, 0],    [2038, 2, 1, 17, 0],   "every week on Wed",    8400),
    ("Win-back | Lapsed 6 months",     "Sales",         "AMER", [2037, 3, 16, 13, 0],  [2037, 9, 15, 19, 0],  "10 days",              8410),
    ("Win-back | Lapsed 12 months",    "Sales",         "AMER", [2037, 3, 18, 13, 0],  [2037, 9, 15, 19, 0],  "3 weeks on Wed",       8410),
    ("Weekend Help Line",              "Service",       "APAC", [2037, 4, 4, 10, 0],   [2037, 12, 27, 16, 0], "weekends",             6020),
];

pub(super) fn csv() -> String {
    let mut text = format!("{}\n", HEADER.join(","));
    for (name, team, region, start, end, every, budget) in CAMPAIGNS {
        let time =
            |[year, month, day, hour, minute]: [u16; 5]| format!("{year}-{month:02}-{day:02} {hour:02}:{minute:02}");
        text.push_str(&format!("{name},{team},{region},{},{},{every},{budget}\n", time(start), time(end)));
    }
    text
}

pub(super) fn xlsx() -> Vec<u8> {
    let mut workbook = super::workbook("Campaign plan");
    let bold = Format::new().set_bold().set_background_color("#E7EEF7");
    let date = Format::new().set_num_format("dd mmm yyyy hh:mm");
    let sheet = workbook.add_worksheet().set_name("Campaigns").unwrap();
    for (column, header) in (0..).zip(HEADER) {
        sheet.write_with_format(0, column, header, &bold).unwrap();
    }
    for (row, (name, team, region, start, end, every, budget)) in (1..).zip(CAMPAIGNS) {
        for (column, text) in [(0, name), (1, team), (2, region), (5, every)] {
            sheet.write(row, column, text).unwrap();
        }
        for (column, [year, month, day, hour, minute]) in [(3, start), (4, end)] {
            let time = ExcelDateTime::from_ymd(year, u8::try_from(month).unwrap(), u8::try_from(day).unwrap())
                .and_then(|date| date.and_hms(hour, u8::try_from(minute).unwrap(), 0))
                .unwrap();
            sheet.write_with_format(row, column, &time, &date).unwrap();
        }
        sheet.write(row, 6, budget).unwrap();
    }
    for (column, width) in [(0, 32), (1, 14), (2, 10), (3, 20), (4, 20), (5, 22), (6, 13)] {
        sheet.set_column_width(column, width).unwrap();
    }
    sheet.set_freeze_panes(1, 0).unwrap();
    notes(workbook.add_worksheet().set_name("Notes").unwrap());
    workbook.save_to_buffer().unwrap()
}

fn notes(sheet: &mut rust_xlsxwriter::Worksheet) {
    let lines = [
        "Campaign plan 2037/38",
        "Times are local to the platform.",
        "One row per campaign; the name must be the one on the platform, to the letter.",
        "Budget codes are for finance and are passed through.",
    ];
    for (row, line) in (0..).zip(lines) {
        sheet.write(row, 0, line).unwrap();
    }
}
