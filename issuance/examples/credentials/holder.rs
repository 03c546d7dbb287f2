//! A composed person with a face of simple shapes.

use chrono::{Days, NaiveDate};
use image::codecs::jpeg::JpegEncoder;
use issuance::holder::{Holder, Sex};

pub fn holder(today: NaiveDate) -> Holder {
    Holder {
        document_number: "AA1234567".to_owned(),
        parent_name_latin: "Batbold".to_owned(),
        given_name_latin: "Nomin-Erdene".to_owned(),
        parent_name: "Батболд".to_owned(),
        given_name: "Номин-Эрдэнэ".to_owned(),
        sex: Sex::Female,
        born_on: NaiveDate::from_ymd_opt(2001, 2, 3).unwrap_or_default(),
        issued_on: today,
        expires_on: today.checked_add_days(Days::new(3650)).unwrap_or_default(),
        civil_id: "123456789012".to_owned(),
        birth_place: vec!["Өвөрхангай".to_owned(), "Арвайхээр".to_owned()],
        portrait_jpeg: portrait(300, 400, 82),
    }
}

/// Ground, shoulders, head, hair, eyes, mouth; at any size.
pub fn portrait(width: u32, height: u32, quality: u8) -> Vec<u8> {
    let image = image::RgbImage::from_fn(width, height, |x, y| {
        let (x, y) = (f64::from(x) * 300.0 / f64::from(width), f64::from(y) * 400.0 / f64::from(height));
        let oval =
            |cx: f64, cy: f64, rx: f64, ry: f64| ((x - cx) / rx).powi(2) + ((y - cy) / ry).powi(2) < 1.0;
        let colour = if oval(118.0, 180.0, 9.0, 6.0) || oval(182.0, 180.0, 9.0, 6.0) {
            [40, 30, 25]
        } else if oval(150.0, 245.0, 26.0, 7.0) {
            [170, 80, 80]
        } else if oval(150.0, 195.0, 78.0, 100.0) && y > 125.0 {
            [224, 188, 160]
        } else if oval(150.0, 180.0, 92.0, 112.0) {
            [35, 28, 26]
        } else if oval(150.0, 420.0, 140.0, 115.0) {
            [60, 80, 130]
        } else {
            [214, 222, 230]
        };
        image::Rgb(colour)
    });
    let mut jpeg = Vec::new();
    // An image in memory always encodes; an empty portrait would be refused by the next step.
    if image.write_with_encoder(JpegEncoder::new_with_quality(&mut jpeg, quality)).is_err() {
        jpeg.clear();
    }
    jpeg
}
