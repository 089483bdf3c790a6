//! The wire format of protocol buffers, as much as ONNX needs.

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Payload<'a> {
    /// A number of variable length: integers, enumerations, flags.
    Number(u64),
    /// Eight bytes.
    Eight([u8; 8]),
    /// Bytes with a length: texts, messages, packed numbers.
    Bytes(&'a [u8]),
    /// Four bytes.
    Four([u8; 4]),
}

/// The bytes end too early, or are no message.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Damaged;

/// The fields of a message in order, each with its number.
#[derive(Clone, Debug)]
pub(super) struct Fields<'a> {
    rest: &'a [u8],
}

impl<'a> Fields<'a> {
    /// The fields of these bytes.
    pub fn of(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// Numbers of variable length, one after the other without tags, as packed fields hold them.
    pub fn packed(bytes: &'a [u8]) -> Result<Vec<u64>, Damaged> {
        let mut fields = Self::of(bytes);
        let mut numbers = Vec::new();
        while !fields.rest.is_empty() {
            numbers.push(fields.number()?);
        }
        Ok(numbers)
    }

    fn number(&mut self) -> Result<u64, Damaged> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let (&byte, rest) = self.rest.split_first().ok_or(Damaged)?;
            self.rest = rest;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(Damaged)
    }

    fn bytes(&mut self, n: usize) -> Result<&'a [u8], Damaged> {
        let (bytes, rest) = self.rest.split_at_checked(n).ok_or(Damaged)?;
        self.rest = rest;
        Ok(bytes)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Damaged> {
        self.bytes(N)?.try_into().map_err(|_| Damaged)
    }

    fn field(&mut self) -> Result<(u64, Payload<'a>), Damaged> {
        let tag = self.number()?;
        let payload = match tag & 7 {
            0 => Payload::Number(self.number()?),
            1 => Payload::Eight(self.array()?),
            2 => {
                let n = usize::try_from(self.number()?).map_err(|_| Damaged)?;
                Payload::Bytes(self.bytes(n)?)
            }
            5 => Payload::Four(self.array()?),
            _ => return Err(Damaged),
        };
        if tag >> 3 == 0 { Err(Damaged) } else { Ok((tag >> 3, payload)) }
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Result<(u64, Payload<'a>), Damaged>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let field = self.field();
        if field.is_err() {
            self.rest = &[];
        }
        Some(field)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_read_as_the_format_says() {
        // Field 1: 150; field 2: "hi"; field 3: four bytes; field 4: eight bytes.
        let bytes = [8, 0x96, 1, 0x12, 2, b'h', b'i', 0x1d, 1, 2, 3, 4, 0x21, 0, 0, 0, 0, 0, 0, 0, 1];
        let fields: Result<Vec<_>, _> = Fields::of(&bytes).collect();
        assert_eq!(
            fields.unwrap(),
            [
                (1, Payload::Number(150)),
                (2, Payload::Bytes(b"hi")),
                (3, Payload::Four([1, 2, 3, 4])),
                (4, Payload::Eight([0, 0, 0, 0, 0, 0, 0, 1])),
            ]
        );
        assert_eq!(Fields::packed(&[3, 0x8e, 2]), Ok(vec![3, 270]));
        for bad in
            [&[8][..], &[0, 1], &[0x12, 5, 1], &[8, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1], &[0x0b]]
        {
            assert!(Fields::of(bad).any(|field| field.is_err()), "{bad:?}");
        }
    }
}
