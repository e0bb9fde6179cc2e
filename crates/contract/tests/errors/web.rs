//! Origins, hosts and headers.

use insta::assert_snapshot;

use super::told;

#[test]
fn an_origin_is_nothing_more() {
    assert_snapshot!(told("[web]\norigins = ['https://*.example.com', 'https://app.example.com/']\n"), @"
    error: `web.origins` is `https://*.example.com`, which stands for more than one origin
      --> betroth.toml:2:12
       = why: any page of such a host could call the API in a person's name
      hint: write every origin in full

    error: `web.origins` is `https://app.example.com/`, which goes on after the host
      --> betroth.toml:2:37
       = why: a browser sends no path, so the comparison would never hold
      hint: write `https://app.example.com`
    ");
}

#[test]
fn a_host_that_browsers_rewrite_is_refused() {
    assert_snapshot!(told("[issuer]\nbase_url = 'https://münchen.example'\n"), @"
    error: `issuer.base_url` has `ü` in its address
      --> betroth.toml:2:12
       = why: programs disagree on where such an address leads
      hint: write it percent-encoded, a host in punycode
    ");
    assert_snapshot!(told("[issuer]\nbase_url = 'http://127.1:3000'\n"), @"
    error: `issuer.base_url` has a host that is neither a name nor an IPv4 address
      --> betroth.toml:2:12
      hint: write an address such as `https://app.example.com`
    ");
}

#[test]
fn every_address_is_no_proxy() {
    assert_snapshot!(told("[limits]\nfailures = '20/fortnight'\ntrusted_proxies = ['0.0.0.0/0']\n"), @"
    error: `limits.failures` is `20/fortnight`, which is no rate
      --> betroth.toml:2:12
      hint: write how often in which time, `5/s`, `20/min`, `100/h` or `500/d`

    error: `limits.trusted_proxies` names `0.0.0.0/0`, which is every address
      --> betroth.toml:3:20
       = why: anyone could write any address into `X-Forwarded-For` and so escape every limit
      hint: write the addresses of the proxies alone
    ");
}

#[test]
fn a_header_of_the_pages_is_one_that_every_answer_can_have() {
    let text = r#"
[web.headers]
"X Frame" = "DENY"
Set-Cookie = "a=b"
Access-Control-Allow-Origin = "https://app.example.com"
X-Frame-Options = "DENY\nX: y"
Referrer-Policy = "no-referrer"
referrer-policy = "origin"
"#;
    assert_snapshot!(told(text), @"
    error: `web.headers.X Frame` is `X Frame`, no name of a header
      --> betroth.toml:3:1
      hint: write a name without spaces and colon, as in `Cross-Origin-Opener-Policy`

    error: `web.headers.Set-Cookie` is a matter of each answer
      --> betroth.toml:4:1
       = why: the same for all of them, it would break some
      hint: have the handler send it that means it

    error: `web.headers.Access-Control-Allow-Origin` follows from the origins
      --> betroth.toml:5:1
       = why: the same for every page, it would let in who is not meant, or nobody
      hint: write the origins that may call into `web.origins`

    error: `web.headers.X-Frame-Options` holds what no header does
      --> betroth.toml:6:19
       = why: a line break in it would begin another header, or the body
      hint: write it in one line of plain letters, without spaces around it

    error: `web.headers.referrer-policy` stands there twice, and the case of its letters makes no difference
      --> betroth.toml:8:1
       = why: which of the two is sent would be chance
      hint: keep one
    ");
}
