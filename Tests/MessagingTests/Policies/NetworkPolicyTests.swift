import Messaging
import Testing

@Suite("Network policy")
struct NetworkPolicyTests {
    @Test(
        "Private addresses are refused in every notation",
        arguments: [
            "localhost", "LOCALHOST.", "a.localhost", "127.0.0.1", "127.9.9.9", "10.1.2.3", "172.16.0.1",
            "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "255.255.255.255", "224.0.0.1",
            "198.18.0.1", "::1", "[::1]", "::", "fe80::1", "fc00::1", "fd12::1", "ff02::1", "::ffff:127.0.0.1",
            "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:7f00:1::", "2001:db8::1",
        ])
    func refused(host: String) {
        #expect(NetworkPolicy.publicOnly.refusal(ofHost: host)?.contains("allow-private-networks") == true)
        #expect(NetworkPolicy.anywhere.refusal(ofHost: host) == nil)
    }

    @Test(
        "Public hosts and names that need a look-up are allowed",
        arguments: [
            "gateway.example.org", "8.8.8.8", "172.15.0.1", "172.32.0.1", "100.128.0.1", "192.169.0.1", "9.255.255.255",
            "2606:4700::1111", "[2606:4700::1111]", "::ffff:8.8.8.8", "64:ff9b::808:808", "localhost.example.org",
            "10.example.org",
        ])
    func allowed(host: String) { #expect(NetworkPolicy.publicOnly.refusal(ofHost: host) == nil) }

    @Test("A refusal names the resolved address")
    func lookedUp() {
        let refusal = NetworkPolicy.publicOnly.refusal(of: [10, 0, 0, 5], host: "gateway.example.org")
        #expect(refusal?.contains("“gateway.example.org”") == true)
        #expect(refusal?.contains("(10.0.0.5)") == true)
        #expect(NetworkPolicy.publicOnly.refusal(of: [8, 8, 8, 8], host: "x") == nil)
        #expect(NetworkPolicy.publicOnly.refusal(of: [], host: "x") != nil)
    }
}
