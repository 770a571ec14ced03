/// By the chapters of the specification.
extension ConformanceCase {
    static let variables = [
        ConformanceCase("text without tags stays as it is", "Tea } for { two.\n", gives: "Tea } for { two.\n"),
        ConformanceCase("an empty template is an empty text", "", gives: ""),
        ConformanceCase("a variable shows its value", "Dear {{name}},", ["name": "Ada"], gives: "Dear Ada,"),
        ConformanceCase("a value is not read as a template again", "{{a}}", ["a": "{{b}}", "b": "x"], gives: "{{b}}"),
        ConformanceCase(
            "markup is escaped", "{{m}}", ["m": "<b title=\"x\">R&D</b>"],
            gives: "&lt;b title=&quot;x&quot;&gt;R&amp;D&lt;/b&gt;"),
        ConformanceCase("three braces do not escape", "{{{m}}}", ["m": "<i>&\"</i>"], gives: "<i>&\"</i>"),
        ConformanceCase("an ampersand does not escape", "{{&m}}", ["m": "<i>&\"</i>"], gives: "<i>&\"</i>"),
        ConformanceCase("a whole number", "{{n}} {{{n}}} {{&n}}", ["n": 42], gives: "42 42 42"),
        ConformanceCase("null shows nothing", "[{{n}}{{{n}}}{{&n}}]", ["n": nil], gives: "[]"),
        ConformanceCase("a name that is not known shows nothing", "[{{n}}{{{n}}}{{&n}}]", gives: "[]"),
        ConformanceCase("the dot is the value itself", "{{.}}|{{{.}}}|{{&.}}", "<1>", gives: "&lt;1&gt;|<1>|<1>"),
        ConformanceCase("space around a variable stays", "| {{a}} {{{a}}} {{&a}} |", ["a": "x"], gives: "| x x x |"),
        ConformanceCase("a variable alone on its line keeps the line", "  {{a}}\n", ["a": "x"], gives: "  x\n"),
        ConformanceCase("so do the other kinds", "  {{{a}}}\n  {{&a}}\n", ["a": "x"], gives: "  x\n  x\n"),
        ConformanceCase("space inside the braces is ignored", "|{{ a }}{{{ a }}}{{& a }}|", ["a": "x"], gives: "|xxx|"),
        ConformanceCase("a line end inside the braces, too", "{{\n  a\n}}", ["a": "x"], gives: "x"),
    ]

    static let dottedNames = [
        ConformanceCase(
            "steps lead inwards", "{{a.b.c}} {{{a.b.c}}} {{&a.b.c}}", ["a": ["b": ["c": "x"]]], gives: "x x x"),
        ConformanceCase("a chain that breaks at its end", "[{{a.b}}]", ["a": [:]], gives: "[]"),
        ConformanceCase("a chain that breaks in the middle", "[{{a.b.c}}]", ["a": [:], "c": "no"], gives: "[]"),
        ConformanceCase(
            "a chain is not taken up further out", "[{{#in}}{{a.b}}{{/in}}]", ["a": ["b": "no"], "in": ["a": [:]]],
            gives: "[]"),
        ConformanceCase(
            "the first step is looked for further out", "{{#in}}{{a.b}}{{/in}}", ["a": ["b": "x"], "in": ["c": "y"]],
            gives: "x"),
        ConformanceCase("a key with a dot is no chain", "[{{a.b}}]", ["a.b": "no"], gives: "[]"),
        ConformanceCase("nor does it hide one", "{{a.b}}", ["a.b": "no", "a": ["b": "x"]], gives: "x"),
        ConformanceCase("sections take chains", "{{#a.b}}x{{/a.b}}{{^a.c}}y{{/a.c}}", ["a": ["b": true]], gives: "xy"),
        ConformanceCase("a broken chain is false", "[{{#a.b.c}}x{{/a.b.c}}]", ["a": [:]], gives: "[]"),
        ConformanceCase("so its inverse is shown", "{{^a.b.c}}x{{/a.b.c}}", ["a": [:]], gives: "x"),
    ]

    static let sections = [
        ConformanceCase("true is shown", "{{#a}}x{{/a}}", ["a": true], gives: "x"),
        ConformanceCase("false is not", "[{{#a}}x{{/a}}]", ["a": false], gives: "[]"),
        ConformanceCase("null is not", "[{{#a}}x{{/a}}]", ["a": nil], gives: "[]"),
        ConformanceCase("nor what is not known", "[{{#a}}x{{/a}}]", gives: "[]"),
        ConformanceCase("an object is the innermost value", "{{#a}}{{b}}{{/a}}", ["a": ["b": "x"]], gives: "x"),
        ConformanceCase(
            "what it does not have is looked for further out", "{{#a}}{{b}}{{c}}{{/a}}", ["a": ["b": "x"], "c": "y"],
            gives: "xy"),
        ConformanceCase("the innermost wins", "{{#a}}{{b}}{{/a}}", ["a": ["b": "x"], "b": "y"], gives: "x"),
        ConformanceCase("a text is the innermost value", "{{#a}}{{.}} is {{a}}{{/a}}", ["a": "x"], gives: "x is x"),
        ConformanceCase(
            "a list is shown item by item", "{{#a}}{{n}},{{/a}}", ["a": [["n": 1], ["n": 2], ["n": 3]]], gives: "1,2,3,"
        ),
        ConformanceCase("an empty list is not shown", "[{{#a}}x{{/a}}]", ["a": []], gives: "[]"),
        ConformanceCase("the dot is the item", "{{#a}}({{.}}){{/a}}", ["a": ["x", 2, "<"]], gives: "(x)(2)(&lt;)"),
        ConformanceCase("also without escaping", "{{#a}}{{{.}}}{{&.}}{{/a}}", ["a": ["<"]], gives: "<<"),
        ConformanceCase(
            "lists in lists", "{{#a}}({{#.}}{{.}}{{/.}}){{/a}}", ["a": [[1, 2], [], [3]]], gives: "(12)()(3)"),
        ConformanceCase("a list as the whole value", "{{#.}}{{n}};{{/.}}", [["n": 1], ["n": 2]], gives: "1;2;"),
        ConformanceCase(
            "each level sees those around it", "{{#a}}{{x}}{{#b}}{{x}}{{y}}{{#c}}{{x}}{{y}}{{z}}{{/c}}{{/b}}{{/a}}",
            ["a": ["x": 1, "b": ["y": 2, "c": ["z": 3]]]], gives: "112123"),
        ConformanceCase(
            "lists of lists see the item around", "{{#rows}}{{#cells}}{{row}}{{cell}} {{/cells}}{{/rows}}",
            ["rows": [["row": "a", "cells": [["cell": 1], ["cell": 2]]], ["row": "b", "cells": [["cell": 3]]]]],
            gives: "a1 a2 b3 "),
        ConformanceCase("the same section twice", "{{#a}}1{{/a}}-{{#a}}2{{/a}}", ["a": true], gives: "1-2"),
        ConformanceCase(
            "one in another of the same name", "{{#a}}x{{#a}}y{{/a}}z{{/a}}", ["a": true], gives: "xyz"),
        ConformanceCase("a false one in a true one", "{{#a}}x{{#b}}y{{/b}}z{{/a}}", ["a": true], gives: "xz"),
        ConformanceCase("space around stays", " | {{#a}} x {{/a}} | ", ["a": true], gives: " |  x  | "),
        ConformanceCase("space inside the braces is ignored", "{{# a }}x{{/ a }}", ["a": true], gives: "x"),
    ]

    static let inverted = [
        ConformanceCase("false is shown", "{{^a}}x{{/a}}", ["a": false], gives: "x"),
        ConformanceCase("true is not", "[{{^a}}x{{/a}}]", ["a": true], gives: "[]"),
        ConformanceCase("null is shown", "{{^a}}x{{/a}}", ["a": nil], gives: "x"),
        ConformanceCase("so is what is not known", "{{^a}}x{{/a}}", gives: "x"),
        ConformanceCase("an object is not", "[{{^a}}x{{/a}}]", ["a": ["b": 1]], gives: "[]"),
        ConformanceCase("a list is not", "[{{^a}}x{{/a}}]", ["a": [1]], gives: "[]"),
        ConformanceCase("an empty list is", "{{^a}}x{{/a}}", ["a": []], gives: "x"),
        ConformanceCase("the same one twice", "{{^a}}1{{/a}}-{{^a}}2{{/a}}", gives: "1-2"),
        ConformanceCase("one in another", "{{^a}}x{{^a}}y{{/a}}z{{/a}}", gives: "xyz"),
        ConformanceCase("values around can be read", "{{^a}}{{b}}{{/a}}", ["b": "x"], gives: "x"),
        ConformanceCase("space around stays", " | {{^a}}\tx\t{{/a}} | ", gives: " | \tx\t | "),
        ConformanceCase("space inside the braces is ignored", "{{^ a }}x{{/ a }}", gives: "x"),
    ]

    static let comments = [
        ConformanceCase("a comment shows nothing", "12{{! note }}34", gives: "1234"),
        ConformanceCase("of several lines", "12{{!\n  note\n  note\n}}34\n", gives: "1234\n"),
        ConformanceCase("with marks of tags in it", "1{{! {{a ^ # > }}2", ["a": "x"], gives: "12"),
        ConformanceCase("behind text", "  1 {{! note }}\n", gives: "  1 \n"),
        ConformanceCase("space around stays", "1 {{! note }} 2", gives: "1  2"),
        ConformanceCase("it is no name", "[{{!a}}]", ["!a": "x", "a": "y"], gives: "[]"),
    ]

    static let lines = [
        ConformanceCase("a section's tags", "a\n{{#s}}\nb\n{{/s}}\nc\n", ["s": true], gives: "a\nb\nc\n"),
        ConformanceCase("one that is not shown", "a\n{{#s}}\nb\n{{/s}}\nc\n", gives: "a\nc\n"),
        ConformanceCase("an inverted section's tags", "a\n{{^s}}\nb\n{{/s}}\nc\n", gives: "a\nb\nc\n"),
        ConformanceCase("a comment", "a\n{{! note }}\nb\n", gives: "a\nb\n"),
        ConformanceCase("a comment of several lines", "a\n  {{!\n  note\n  }}\nb\n", gives: "a\nb\n"),
        ConformanceCase(
            "with space around them", "a\n  {{#s}} \nb\n\t{{/s}}\t\n  {{! note }}  \nc\n", ["s": true],
            gives: "a\nb\nc\n"),
        ConformanceCase(
            "with the line ends of Windows", "a\r\n{{#s}}\r\nb\r\n{{/s}}\r\n{{! note }}\r\nc", ["s": true],
            gives: "a\r\nb\r\nc"),
        ConformanceCase("on the first line", "  {{#s}}\nb{{/s}}\nc", ["s": true], gives: "b\nc"),
        ConformanceCase("a comment on the first line", "  {{! note }}\nc", gives: "c"),
        ConformanceCase("on the last line", "{{#s}}\nb\n  {{/s}}", ["s": true], gives: "b\n"),
        ConformanceCase("a comment on the last line", "a\n  {{! note }}", gives: "a\n"),
        ConformanceCase("an inverted one on the last line", "{{^s}}\nb\n{{/s}}", gives: "b\n"),
        ConformanceCase(
            "two tags share a line, which stays", "a\n{{#s}}{{/s}}\nb\n", ["s": true], gives: "a\n\nb\n"),
        ConformanceCase("text before one keeps the line", "a {{#s}}\nb\n{{/s}}", ["s": true], gives: "a \nb\n"),
        ConformanceCase(
            "empty lines inside stay", "{{#s}}\n\nb\n\n{{/s}}\nc", ["s": true], gives: "\nb\n\nc"),
        ConformanceCase(
            "lines of nested sections", "{{#s}}\n{{#t}}\nb\n{{/t}}\n{{/s}}\nc", ["s": true, "t": [1, 2]],
            gives: "b\nb\nc"),
    ]

    static let partials = [
        ConformanceCase("another template in its place", "[{{>p}}]", partials: ["p": "x"], gives: "[x]"),
        ConformanceCase("one that is not there shows nothing", "[{{>p}}]", gives: "[]"),
        ConformanceCase("it reads the values here", "[{{>p}}]", ["a": "x"], partials: ["p": "*{{a}}*"], gives: "[*x*]"),
        ConformanceCase(
            "also those of a section", "{{#s}}{{>p}}{{/s}}", ["s": [["a": 1], ["a": 2]]], partials: ["p": "{{a}};"],
            gives: "1;2;"),
        ConformanceCase(
            "it may name itself while there are values", "{{>p}}",
            ["n": 1, "in": [["n": 2, "in": [["n": 3, "in": []]]], ["n": 4, "in": []]]],
            partials: ["p": "{{n}}<{{#in}}{{>p}}{{/in}}>"], gives: "1<2<3<>>4<>>"),
        ConformanceCase(
            "partials in partials", "{{>p}}", ["a": "x"], partials: ["p": "*{{>q}}*", "q": "{{a}}!"], gives: "*x!*"),
        ConformanceCase("space around stays", "| {{>p}} |", partials: ["p": "\tx\t"], gives: "| \tx\t |"),
        ConformanceCase(
            "behind text its lines stay", " {{a}} {{>p}}\n", ["a": "|"], partials: ["p": ">\n>"], gives: " | >\n>\n"),
        ConformanceCase("alone on its line", "a\n{{>p}}\nb", partials: ["p": "x\n"], gives: "a\nx\nb"),
        ConformanceCase("with the line ends of Windows", "a\r\n{{>p}}\r\nb", partials: ["p": "x"], gives: "a\r\nxb"),
        ConformanceCase("alone on the last line", "a\n{{>p}}", partials: ["p": "x\ny"], gives: "a\nx\ny"),
        ConformanceCase("space inside the braces is ignored", "[{{> p }}]", partials: ["p": "x"], gives: "[x]"),
        ConformanceCase("a name with folders", "[{{>Shared/p}}]", partials: ["Shared/p": "x"], gives: "[x]"),
        ConformanceCase(
            "its sections end in it", "{{#s}}{{>p}}{{/s}}", ["s": true], partials: ["p": "{{^s}}no{{/s}}x"], gives: "x"),
    ]

    static let inheritance = [
        ConformanceCase("a block shows what stands in it", "[{{$b}}usual{{/b}}]", gives: "[usual]"),
        ConformanceCase("with variables", "{{$b}}{{a}}{{{a}}}{{/b}}", ["a": "<"], gives: "&lt;<"),
        ConformanceCase(
            "with sections", "{{$b}}{{#s}}{{a}}{{/s}}{{^t}}y{{/t}}{{/b}}", ["s": ["a": "x"]], gives: "xy"),
        ConformanceCase(
            "its values are not templates", "{{$b}}{{a}}{{/b}}", ["a": "{{c}}", "c": "no"], gives: "{{c}}"),
        ConformanceCase(
            "a layout shows its own blocks", "{{<l}}{{/l}}", partials: ["l": "[{{$b}}usual{{/b}}]"], gives: "[usual]"),
        ConformanceCase(
            "unless they are filled", "{{<l}}{{$b}}mine{{/b}}{{/l}}", partials: ["l": "[{{$b}}usual{{/b}}]"],
            gives: "[mine]"),
        ConformanceCase("a layout that is not there shows nothing", "[{{<l}}{{$b}}x{{/b}}{{/l}}]", gives: "[]"),
        ConformanceCase(
            "a value of the same name does not fill a block", "{{<l}}{{/l}}", ["b": "no"],
            partials: ["l": "{{$b}}usual{{/b}}"], gives: "usual"),
        ConformanceCase(
            "nor does it replace what fills it", "{{<l}}{{$b}}mine{{/b}}{{/l}}", ["b": "no"],
            partials: ["l": "{{$b}}usual{{/b}}"], gives: "mine"),
        ConformanceCase(
            "two layouts with different fillings", "{{<l}}{{$b}}1{{/b}}{{/l}} {{<l}}{{$b}}2{{/b}}{{/l}}",
            partials: ["l": "({{$b}}{{/b}}{{$c}}, c{{/c}})"], gives: "(1, c) (2, c)"),
        ConformanceCase(
            "one block filled, the other not", "{{<l}}{{$c}}mine{{/c}}{{/l}}",
            partials: ["l": "{{$b}}first{{/b}}, {{$c}}second{{/c}}"], gives: "first, mine"),
        ConformanceCase(
            "a filling of several lines", "{{<l}}{{$b}}\nx\n\ny\n{{/b}}{{/l}}", partials: ["l": "{{$b}}usual{{/b}}"],
            gives: "x\n\ny\n"),
        ConformanceCase(
            "the tags of a layout and of its block share a line", "a\n{{<l}}{{$b}}\nx\n{{/b}}{{/l}}\nb",
            partials: ["l": "{{$b}}usual{{/b}}"], gives: "a\nx\nb"),
        ConformanceCase(
            "without fillings a layout is a partial", "{{>l}}|{{<l}}{{/l}}", partials: ["l": "{{$b}}usual{{/b}}"],
            gives: "usual|usual"),
        ConformanceCase(
            "text between the blocks of a layout is ignored", "{{<l}} note {{$b}}mine{{/b}} note {{/l}}",
            partials: ["l": "{{$b}}usual{{/b}}"], gives: "mine"),
        ConformanceCase("text alone, too", "{{<l}} note {{/l}}", partials: ["l": "{{$b}}usual{{/b}}"], gives: "usual"),
        ConformanceCase(
            "of layouts in layouts the outermost filling wins", "{{<l}}{{$b}}page{{/b}}{{/l}}",
            partials: ["l": "{{<m}}{{$b}}l{{/b}}{{/m}}", "m": "{{<n}}{{$b}}m{{/b}}{{/n}}", "n": "{{$b}}n{{/b}}"],
            gives: "page"),
        ConformanceCase(
            "then that of the next one", "{{<l}}{{/l}}",
            partials: ["l": "{{<m}}{{$b}}l{{/b}}{{/m}}", "m": "{{<n}}{{$b}}m{{/b}}{{/n}}", "n": "{{$b}}n{{/b}}"],
            gives: "l"),
        ConformanceCase(
            "a filling ends a layout that names itself", "{{<l}}{{$a}}mine{{/a}}{{/l}}",
            partials: [
                "l": "{{$a}}usual{{/a}} {{$b}}{{<m}}{{/m}}{{/b}}",
                "m": "{{$a}}m{{/a}} {{<l}}{{$b}}end{{/b}}{{/l}}",
            ], gives: "mine mine mine end"),
        ConformanceCase(
            "a filling reads the values where it stands", "{{<l}}{{$b}}{{a}}{{/b}}{{/l}}",
            ["a": "outer", "s": ["a": "inner"]],
            partials: ["l": "{{#s}}{{$b}}usual{{/b}}{{/s}}"], gives: "inner"),
        ConformanceCase(
            "a filling may have blocks of its own", "{{<l}}{{$b}}x{{$c}}y{{/c}}{{/b}}{{/l}}",
            partials: ["l": "[{{$b}}{{/b}}]"], gives: "[xy]"),
        ConformanceCase(
            "tags alone on their lines", "{{<l}}\n  {{$b}}\nmine\n  {{/b}}\n{{/l}}\nafter",
            partials: ["l": "before\n{{$b}}\nusual\n{{/b}}\n"], gives: "before\nmine\nafter"),
    ]

    static let differences = [
        ConformanceCase(
            "lines of a partial are not indented like its tag", "a\n  {{>p}}\nb", partials: ["p": "x\ny\n"],
            gives: "a\nx\ny\nb"),
        ConformanceCase(
            "nor those of a layout and what fills it", "  {{<l}}\n{{$b}}\n    x\n{{/b}}\n{{/l}}\n",
            partials: ["l": "a\n  {{$b}}\n  {{/b}}\n"], gives: "a\n    x\n"),
        ConformanceCase(
            "a name with a leading dot is looked for in the innermost value only", "{{#s}}[{{.a}}{{.b}}]{{/s}}",
            ["a": "no", "s": ["b": "x"]], gives: "[x]"),
        ConformanceCase("an apostrophe is escaped as well", "{{a}}", ["a": "it's"], gives: "it&#39;s"),
        ConformanceCase("space before a mark is allowed", "{{ # a }}x{{ / a }}{{ ! note }}", ["a": true], gives: "x"),
        ConformanceCase("every line end of Unicode counts", "{{#s}}\u{2028}x{{/s}}", ["s": true], gives: "x"),
        ConformanceCase(
            "behind a closing tag a line begins if it did behind the opening tag",
            "{{#s}}\nx{{/s}} {{! note }}\ny", ["s": true], gives: "xy"),
        ConformanceCase(
            "and does not if it did not", "a {{#s}}\nx\n{{/s}}\n{{! note }}\ny", ["s": true], gives: "a \nx\n\ny"),
        ConformanceCase("space behind the last line end is dropped", "a\n  ", gives: "a\n"),
    ]
}
