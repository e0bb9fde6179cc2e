use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use crate::Fault;
use crate::form::text;
use crate::wording::quoted;

/// An address, or a block of them: `10.0.0.0/8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

impl Network {
    /// Whether `address` is in the block; an IPv4 address inside IPv6 counts as IPv4.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                let shift = 32 - u32::from(self.prefix);
                own.to_bits() >> shift == other.to_bits() >> shift
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                let shift = 128 - u32::from(self.prefix);
                own.to_bits() >> shift == other.to_bits() >> shift
            }
            _ => false,
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}

impl FromStr for Network {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        let fault = || {
            Fault::new(
                format!("names {}, no address or block of addresses", quoted(text)),
                "",
                "write them as in `10.0.0.7` or `10.0.0.0/8`",
            )
        };
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| fault())?;
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix {
            None => longest,
            Some(prefix) => prefix
                .parse()
                .ok()
                .filter(|&bits| bits <= longest && !prefix.starts_with('+'))
                .ok_or_else(fault)?,
        };
        if prefix == 0 {
            return Err(Fault::new(
                format!("names {}, which is every address", quoted(text)),
                "anyone could write any address into `X-Forwarded-For` and so escape every limit",
                "write the addresses of the proxies alone",
            ));
        }
        Ok(Self { address, prefix })
    }
}

text!(
    Network,
    "10.0.0.0/8",
    "an address or a block of addresses",
    "^[0-9A-Fa-f:.]+(/[0-9]{1,3})?$"
);
