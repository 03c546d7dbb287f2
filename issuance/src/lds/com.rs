//! EF.COM (Doc 9303-10 §4.6.1): LDS version, Unicode version, the data groups present.

use super::{DataGroup, LDS_VERSION, LdsError, UNICODE_VERSION};
use crate::tlv::{self, Reader};

/// EF.COM. It is not signed; it must agree with the SOD, which is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Com {
    /// The data groups present, in the order of their numbers.
    pub data_groups: Vec<DataGroup>,
}

impl Com {
    /// The file.
    pub fn encode(&self) -> Vec<u8> {
        let tags: Vec<u8> = self.data_groups.iter().flat_map(|group| tlv::tag_octets(group.tag())).collect();
        tlv::wrap(
            0x60,
            &[
                tlv::write(0x5f01, LDS_VERSION.as_bytes()),
                tlv::write(0x5f36, UNICODE_VERSION.as_bytes()),
                tlv::write(0x5c, &tags),
            ],
        )
    }

    /// Reads the file; another version or an unknown data group is an error.
    pub fn decode(file: &[u8]) -> Result<Self, LdsError> {
        let mut reader = Reader::new(tlv::only(file, 0x60)?);
        if reader.expect(0x5f01)? != LDS_VERSION.as_bytes() {
            return Err(LdsError::Field("5F01 LDS version"));
        }
        if reader.expect(0x5f36)? != UNICODE_VERSION.as_bytes() {
            return Err(LdsError::Field("5F36 Unicode version"));
        }
        let mut tags = Reader::new(reader.expect(0x5c)?);
        reader.end()?;
        let mut data_groups = Vec::new();
        while !tags.is_empty() {
            let tag = tags.tag()?;
            let group = DataGroup::ALL.into_iter().find(|group| group.tag() == tag);
            data_groups.push(group.ok_or(LdsError::Field("5C tag list"))?);
        }
        if !data_groups.is_sorted_by(|a, b| a < b) {
            return Err(LdsError::Field("5C tag list"));
        }
        Ok(Self { data_groups })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_lists_what_is_there() {
        for (groups, expected) in [
            (DataGroup::OF_THE_CARD.to_vec(), "60155f0104303130385f36063034303030305c0361756b"),
            (DataGroup::ALL.to_vec(), "60185f0104303130385f36063034303030305c0661756b6c6e6f"),
        ] {
            let com = Com { data_groups: groups };
            let file = com.encode();
            assert_eq!(hex::encode(&file), expected);
            assert_eq!(Com::decode(&file).unwrap(), com);
        }
    }

    #[test]
    fn a_data_group_we_do_not_write_is_refused() {
        let mut file = Com { data_groups: DataGroup::ALL.to_vec() }.encode();
        *file.last_mut().unwrap() = 0x6d;
        assert_eq!(Com::decode(&file), Err(LdsError::Field("5C tag list")));
    }

    #[test]
    fn another_version_is_refused() {
        let mut file = Com { data_groups: vec![DataGroup::Dg1] }.encode();
        file[8] = b'7';
        assert_eq!(Com::decode(&file), Err(LdsError::Field("5F01 LDS version")));
    }
}
