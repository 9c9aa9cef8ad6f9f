//! What both drawings share.

/// How wide a drawing is, in its own units.
pub(super) const WIDTH: f64 = 960.0;

/// A coordinate with as many digits as a screen can show.
pub(super) fn at(coordinate: f64) -> String {
    let tenths = (coordinate * 10.0).round() / 10.0;
    format!("{tenths}")
}

/// The count as a coordinate; counts are far below where this loses digits.
#[expect(clippy::cast_precision_loss, reason = "a drawing has a thousand units at most")]
pub(super) fn number(count: i64) -> f64 {
    count as f64
}
