package markdown_test

import (
	"slices"
	"strings"
	"testing"

	"clientportal/internal/markdown"
)

func TestHTML(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"one\ntwo\n\nthree":        "<p>one<br>\ntwo</p>\n<p>three</p>\n",
		"**a** *b* ~~c~~ `d`":      "<p><strong>a</strong> <em>b</em> <del>c</del> <code>d</code></p>\n",
		"# A title":                "<p><strong>A title</strong></p>\n",
		"1. a\n2. b\n   - c":       "<ol>\n<li>a</li>\n<li>b\n<ul>\n<li>c</li>\n</ul>\n</li>\n</ol>\n",
		"[a](https://b.example)":   `<p><a href="https://b.example" rel="nofollow noreferrer">a</a></p>` + "\n",
		"www.example.com":          `<p><a href="http://www.example.com" rel="nofollow noreferrer">www.example.com</a></p>` + "\n",
		"![shot](https://b/c.png)": `<p><a href="https://b/c.png" rel="nofollow noreferrer">shot</a></p>` + "\n",
		"a <b>bold</b> claim":      "<p>a &lt;b&gt;bold&lt;/b&gt; claim</p>\n",
		"| a | b |\n|--:|---|\n| 1 | 2 |": "<table>\n<thead>\n<tr>\n<th align=\"right\">a</th>\n<th>b</th>\n</tr>\n</thead>\n" +
			"<tbody>\n<tr>\n<td align=\"right\">1</td>\n<td>2</td>\n</tr>\n</tbody>\n</table>\n",
		"<!-- a -->\n\nb": "<pre><code>&lt;!-- a --&gt;\n</code></pre>\n<p>b</p>\n",
	} {
		if got := markdown.HTML(given); got != want {
			t.Errorf("%q became\n%s\nwant\n%s", given, got, want)
		}
	}
}

func TestHTMLRunsNothing(t *testing.T) {
	t.Parallel()
	for _, given := range []string{
		"<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[a](javascript:alert(1))", "[a](JaVaScRiPt:alert(1))", "[a](&#106;avascript:alert(1))",
		"[a](data:text/html,x)", "[a](vbscript:x)", "<javascript:alert(1)>", "![a](javascript:alert(1))", "![a](x\" onerror=\"alert(1))", "[a](x \"\" onclick=alert(1))",
		"<a href=\"https://a\" onclick=\"x\">b</a>", "<style>*{}</style>", "<iframe src=//a></iframe>", "<svg/onload=alert(1)>", "```<script>\n<script>alert(1)</script>\n```",
		"<div style=\"position:fixed\">", "| <script>x</script> |\n|-|\n", "&lt;script&gt;alert(1)&lt;/script&gt;",
	} {
		got := strings.ToLower(markdown.HTML(given))
		for _, never := range []string{"<script", "<img", "<style", "<iframe", "<svg", "<div", "href=\"javascript", "href=\"data", "href=\"vbscript", " onerror=\"", " onclick=\""} {
			if strings.Contains(got, never) {
				t.Errorf("%q became %s, which has %q", given, got, never)
			}
		}
	}
}

func TestDeepNestingIsFlattened(t *testing.T) {
	t.Parallel()
	for _, mark := range []string{">", "> ", "- ", "1. ", "* > "} {
		got := markdown.HTML(strings.Repeat(mark, 2000) + "end")
		if depth := strings.Count(got, "<blockquote>") + strings.Count(got, "<li>"); depth == 0 || depth > 12 || !strings.Contains(got, "end") {
			t.Errorf("%q nests %d deep", mark, depth)
		}
	}
	if got := markdown.HTML(strings.Repeat("-", 40)); got != "<hr>\n" {
		t.Errorf("a long rule became %q", got)
	}
}

func TestParagraphs(t *testing.T) {
	t.Parallel()
	given := "# Hi <b>x</b>\n\n![alt](http://x/y.png) [a](http://b.example) www.example.com\nline 2\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n" +
		"1. x\n2. y\n   - z\n- \n\n~~del~~ `c` **b**\n\n```\ncode\n  x\n```\n\n> quoted\n\n<div>\nraw\n</div>"
	want := []string{"Hi <b>x</b>", "alt a (http://b.example) www.example.com\nline 2", "a | b", "1 | 2", "• x", "• y", "• z", "del c b", "code\n  x", "quoted", "<div>\nraw\n</div>"}
	if got := markdown.Paragraphs(given); !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if got := markdown.Paragraphs(" \n "); len(got) != 0 {
		t.Errorf("nothing became %q", got)
	}
}
