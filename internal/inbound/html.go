package inbound

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// What mail programs put around the mail that is answered, by class and by id. With
// the latter it begins, and all that follows belongs to it.
var (
	quoteClasses = []string{"gmail_quote", "gmail_quote_container", "gmail_attr", "yahoo_quoted", "moz-cite-prefix", "protonmail_quote", "OutlookMessageHeader"}
	quoteStarts  = []string{"divRplyFwdMsg", "appendonsend", "mail-editor-reference-message-container", "OLK_SRC_BODY_SECTION"}
)

// maxDepth is how deep HTML is followed; nobody writes deeper.
const maxDepth = 200

// textOf is the text of a mail's HTML, without the mail that it answers.
func textOf(source string) string {
	doc, err := html.Parse(strings.NewReader(source))
	if err != nil {
		return ""
	}
	var t htmlText
	t.add(doc, 0)
	return t.String()
}

type htmlText struct {
	strings.Builder
	ended bool // the rest is quoted
}

func (t *htmlText) add(n *html.Node, depth int) {
	switch {
	case t.ended || depth > maxDepth:
		return
	case n.Type == html.TextNode:
		t.WriteString(strings.Join(strings.FieldsFunc(n.Data, func(r rune) bool { return r == '\n' || r == '\r' || r == '\t' }), " "))
		return
	case n.Type == html.ElementNode && slices.Contains(quoteStarts, attribute(n, "id")):
		t.ended = true
		return
	case skipped(n):
		return
	}
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		t.add(child, depth+1)
	}
	t.WriteString(after(n.DataAtom))
}

// skipped reports whether nothing in the element was written by the sender.
func skipped(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Head, atom.Style, atom.Script, atom.Title, atom.Blockquote:
		return true
	}
	return slices.ContainsFunc(strings.Fields(attribute(n, "class")), func(class string) bool { return slices.Contains(quoteClasses, class) })
}

// after is how much room an element leaves below itself.
func after(a atom.Atom) string {
	switch a {
	case atom.Br, atom.Div, atom.Li, atom.Tr:
		return "\n"
	case atom.P, atom.Ul, atom.Ol, atom.Table, atom.H1, atom.H2, atom.H3:
		return "\n\n"
	}
	return ""
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}
