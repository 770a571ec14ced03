// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "switchboard",
    products: [
        .executable(name: "switchboard", targets: ["Switchboard"])
    ],
    dependencies: [
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        // The tests hold Templating against it; the program does not link it.
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    ],
    targets: [
        .systemLibrary(name: "CMicroHTTPD", pkgConfig: "libmicrohttpd", providers: [.apt(["libmicrohttpd-dev"])]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .target(name: "CDigest"),
        .target(name: "CMemory"),
        .target(name: "CStore", linkerSettings: [.linkedLibrary("sqlite3")]),
        .target(
            name: "CPhoneNumber", linkerSettings: [.linkedLibrary("phonenumber")]),
        .target(name: "Templating"),
        .target(
            name: "Messaging",
            dependencies: ["Templating", .product(name: "Logging", package: "swift-log")]),
        .target(
            name: "Storage",
            dependencies: [
                "CStore", "Messaging",
                .product(name: "GRDB", package: "GRDB.swift"), .product(name: "GRDBSQLite", package: "GRDB.swift"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
            ]),
        .target(name: "Numbering", dependencies: ["Messaging", "CPhoneNumber"]),
        .target(
            name: "Transport",
            dependencies: ["Messaging", "CCurl", .product(name: "Logging", package: "swift-log")]),
        .target(
            name: "Providers",
            dependencies: ["Messaging", "CDigest", .product(name: "Crypto", package: "swift-crypto")]),
        .target(
            name: "HTTPServing",
            dependencies: ["CMicroHTTPD", .product(name: "Logging", package: "swift-log")]),
        .target(
            name: "Console",
            dependencies: [
                "Messaging", "HTTPServing", "Templating",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
            ]),
        .executableTarget(
            name: "Switchboard",
            dependencies: [
                "CMemory", "Messaging", "Storage", "Numbering", "Providers", "Transport", "HTTPServing", "Console",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ]),
        .target(
            name: "TestSupport",
            dependencies: ["Messaging", "Storage", "Providers", "HTTPServing", "Console"],
            path: "Tests/TestSupport"),
        .testTarget(name: "TemplatingTests", dependencies: ["Templating"]),
        .testTarget(
            name: "MessagingTests", dependencies: ["Messaging", .product(name: "Mustache", package: "swift-mustache")]),
        .testTarget(
            name: "StorageTests",
            dependencies: ["Messaging", "Storage", "TestSupport", .product(name: "Logging", package: "swift-log")],
            exclude: ["Migrations/Snapshots"]),
        .testTarget(name: "NumberingTests", dependencies: ["Messaging", "Numbering"]),
        .testTarget(
            name: "ProvidersTests",
            dependencies: [
                "CDigest", "Messaging", "Providers", "TestSupport", .product(name: "Crypto", package: "swift-crypto"),
            ],
            exclude: ["Webhooks/Fixtures"]),
        .testTarget(
            name: "TransportTests",
            dependencies: [
                "Messaging", "Providers", "TestSupport", "Transport", .product(name: "Logging", package: "swift-log"),
            ]),
        .testTarget(
            name: "HTTPServingTests",
            dependencies: ["HTTPServing", .product(name: "Logging", package: "swift-log")]),
        .testTarget(
            name: "ConsoleTests",
            dependencies: [
                "Console", "HTTPServing", "Messaging", "Numbering", "Providers", "Storage", "Templating", "TestSupport",
                .product(name: "Mustache", package: "swift-mustache"),
            ]),
        .testTarget(name: "SwitchboardTests", dependencies: ["Switchboard", "TestSupport"]),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)
