//! How cells look.

use rust_xlsxwriter::{Format, FormatAlign, FormatBorder};

use crate::model::Status;

/// The formats of a workbook, made once.
#[derive(Debug)]
pub(super) struct Formats {
    pub(super) header: Format,
    pub(super) our_header: Format,
    pub(super) title: Format,
    pub(super) bold: Format,
    pub(super) wrapped: Format,
    pub(super) count: Format,
    pub(super) count_title: Format,
    pub(super) day: Format,
    pub(super) moment: Format,
    pub(super) utc: Format,
    pub(super) time_of_day: Format,
    statuses: [Format; 8],
}

impl Formats {
    pub(super) fn new() -> Self {
        let header = Format::new()
            .set_bold()
            .set_align(FormatAlign::VerticalCenter)
            .set_border_bottom(FormatBorder::Thin)
            .set_background_color("#E7E6E6");
        Self {
            our_header: header.clone().set_background_color("#DDEBF7"),
            header,
            title: Format::new().set_bold().set_font_size(16),
            bold: Format::new().set_bold(),
            wrapped: Format::new().set_text_wrap().set_align(FormatAlign::Top),
            count: Format::new().set_align(FormatAlign::Center).set_align(FormatAlign::Top),
            count_title: Format::new().set_bold().set_align(FormatAlign::Center),
            day: Format::new().set_num_format("yyyy-mm-dd"),
            moment: Format::new().set_num_format("yyyy-mm-dd hh:mm:ss"),
            utc: Format::new().set_num_format("yyyy-mm-dd\"T\"hh:mm:ss\"Z\""),
            time_of_day: Format::new().set_num_format("[hh]:mm:ss"),
            statuses: Status::ALL.map(of_status),
        }
    }

    pub(super) fn status(&self, status: Status) -> &Format {
        &self.statuses[status as usize]
    }
}

/// Dark letters on a light ground of the same colour: readable on a screen and in print.
fn of_status(status: Status) -> Format {
    let (letters, ground) = match status {
        Status::Scheduled | Status::Disabled => ("#0B5D1E", "#D9F2DE"),
        Status::Unchanged => ("#44546A", "#EDEFF2"),
        Status::Invalid | Status::Rejected => ("#9C0006", "#FFD9DC"),
        Status::Failed | Status::Unknown => ("#7F3F00", "#FFE3C2"),
        Status::Pending => ("#7F6000", "#FFF4C7"),
    };
    Format::new().set_bold().set_font_color(letters).set_background_color(ground)
}
