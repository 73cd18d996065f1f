//! Addresses and networks of IPv4 and IPv6.

use std::fmt;
use std::net::IpAddr;

/// An address, that of IPv4 where it is written as one of IPv6.
///
/// # Errors
/// What is no address: also zeros before an octet, which some read as octal, and zones of IPv6, which mean something on one machine only.
pub fn parse_ip(text: &str) -> Result<IpAddr, &'static str> {
    match text.parse::<IpAddr>() {
        Ok(address) => Ok(address.to_canonical()),
        Err(_) if text.contains('%') => Err("has a zone, which means something on one machine only"),
        Err(_) if has_leading_zero(text) => Err("has a number that begins with 0, which some read as octal"),
        Err(_) => Err("is no address of IPv4 or IPv6"),
    }
}

fn has_leading_zero(text: &str) -> bool {
    text.contains('.') && text.split('.').any(|octet| octet.len() > 1 && octet.starts_with('0'))
}

/// A network: all addresses of one family that begin like this one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cidr {
    address: IpAddr,
    prefix: u32,
}

impl Cidr {
    /// A network as `address/bits`.
    ///
    /// # Errors
    /// What is no address, a number of bits that the family does not have, and bits of the address after the prefix: `10.0.0.1/8` may have been
    /// meant as the network or as the address.
    pub fn parse(text: &str) -> Result<Cidr, &'static str> {
        let (address, bits) = text
            .split_once('/')
            .ok_or("has no `/` and number of bits; one address is `/32`, or `/128` in IPv6")?;
        let mapped = address.parse::<IpAddr>().is_ok_and(|written| written != written.to_canonical());
        let address = parse_ip(address)?;
        if bits.is_empty()
            || !bits.bytes().all(|byte| byte.is_ascii_digit())
            || (bits.len() > 1 && bits.starts_with('0'))
        {
            return Err("has no whole number of bits after the `/`");
        }
        let bits: u32 = bits.parse().map_err(|_| "has more bits than an address")?;
        // A network of IPv4 that is written in IPv6 has 96 bits before its own. With fewer, these 96 are not all in the prefix.
        let prefix = if mapped { bits.checked_sub(96).ok_or(HOST_BITS)? } else { bits };
        let cidr = Cidr { address, prefix };
        if prefix > cidr.width() {
            return Err("has more bits than an address");
        }
        if cidr.bits() & cidr.host_mask() != 0 {
            return Err(HOST_BITS);
        }
        Ok(cidr)
    }

    /// Whether an address is in the network. One of IPv4 is in no network of IPv6.
    pub fn contains(&self, address: IpAddr) -> bool {
        self.address.is_ipv4() == address.is_ipv4() && (bits(address) ^ self.bits()) & !self.host_mask() == 0
    }

    /// Whether all of another network is in this one.
    pub fn covers(&self, other: &Cidr) -> bool {
        self.prefix <= other.prefix && self.contains(other.address)
    }

    fn width(&self) -> u32 {
        if self.address.is_ipv4() { 32 } else { 128 }
    }

    fn bits(&self) -> u128 {
        bits(self.address)
    }

    /// The bits after the prefix, from the right; of IPv4, all bits before the address are of the prefix.
    fn host_mask(&self) -> u128 {
        let free = self.width().saturating_sub(self.prefix);
        u128::MAX.checked_shr(128 - free).unwrap_or(0)
    }
}

const HOST_BITS: &str = "has bits of the address after the prefix: write the first address of the network";

fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => address.to_bits().into(),
        IpAddr::V6(address) => address.to_bits(),
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::Form;

    #[test]
    fn an_address_has_one_form() {
        for (written, canonical) in [
            ("192.0.2.1", "192.0.2.1"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
            ("::FFFF:C000:0201", "192.0.2.1"),
            ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"),
            ("::", "::"),
            ("::192.0.2.1", "::c000:201"),
        ] {
            assert_eq!(Form::Ip.canonical(written).as_deref(), Ok(canonical));
            assert!(Form::Ip.is_canonical(canonical), "{canonical}");
        }
        for text in [
            "",
            "192.0.2",
            "192.0.2.01",
            "0300.0.2.1",
            "0xc0.0.2.1",
            "3221225985",
            "192.0.2.256",
            "192.0.2.1 ",
            " ::1",
            "fe80::1%eth0",
            "fe80::1%25eth0",
            "[::1]",
            "::ffff:192.0.2.01",
            "1::2::3",
            "192.0.2.1/32",
            "١.0.0.1",
        ] {
            assert!(Form::Ip.canonical(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_network_has_nothing_after_its_prefix() {
        for (written, canonical) in [
            ("10.0.0.0/8", "10.0.0.0/8"),
            ("0.0.0.0/0", "0.0.0.0/0"),
            ("::/0", "::/0"),
            ("::ffff:10.0.0.0/104", "10.0.0.0/8"),
            ("::ffff:0:0/96", "0.0.0.0/0"),
            ("2001:DB8::/32", "2001:db8::/32"),
            ("2001:db8::1/128", "2001:db8::1/128"),
        ] {
            assert_eq!(Form::Cidr.canonical(written).as_deref(), Ok(canonical));
            assert!(Form::Cidr.is_canonical(canonical), "{canonical}");
        }
        for text in [
            "10.0.0.1/8",
            "10.0.0.0",
            "10.0.0.0/",
            "10.0.0.0/33",
            "10.0.0.0/08",
            "10.0.0.0/+8",
            "10.0.0.0/-1",
            "::1/127",
            "::/129",
            "::/4294967297",
            "::ffff:0:0/90",
            "::ffff:10.0.0.0/8",
            "10.0.0.0/255.0.0.0",
            "10.0.0.0/8/8",
            "/8",
        ] {
            assert!(Form::Cidr.canonical(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_edges_of_a_network_are_in_it_and_their_neighbours_are_not() {
        let cases = [
            ("10.0.0.0/8", "10.0.0.0", true),
            ("10.0.0.0/8", "10.255.255.255", true),
            ("10.0.0.0/8", "11.0.0.0", false),
            ("10.0.0.0/8", "9.255.255.255", false),
            ("10.0.0.0/8", "::ffff:10.1.2.3", true),
            ("10.0.0.0/8", "::a01:203", false),
            ("0.0.0.0/0", "255.255.255.255", true),
            ("0.0.0.0/0", "::1", false),
            ("::/0", "192.0.2.1", false),
            ("::/0", "2001:db8::1", true),
            ("2001:db8::/33", "2001:db8:7fff::", true),
            ("2001:db8::/33", "2001:db8:8000::", false),
            ("192.0.2.7/32", "192.0.2.7", true),
            ("192.0.2.7/32", "192.0.2.6", false),
        ];
        for (network, address, within) in cases {
            let found = Cidr::parse(network).unwrap().contains(parse_ip(address).unwrap());
            assert_eq!(found, within, "{address} in {network}");
        }
        let wide = Cidr::parse("10.0.0.0/8").unwrap();
        assert!(wide.covers(&wide) && wide.covers(&Cidr::parse("10.9.0.0/16").unwrap()));
        assert!(!Cidr::parse("10.9.0.0/16").unwrap().covers(&wide));
    }
}
