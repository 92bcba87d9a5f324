package markdown

import (
	"strings"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
)

// Paragraphs are the text's paragraphs, list items and rows without their marks:
// for mails, which are read as text.
func Paragraphs(source string) []string {
	p := &plainText{source: withoutDepth(source)}
	root := converter.Parser().Parse(text.NewReader(p.source))
	_ = ast.Walk(root, p.visit) // visit has no errors
	p.end()
	return p.paragraphs
}

// Opening is the beginning of the text, as one line of at most so many characters.
func Opening(source string, most int) string {
	return Shorten(strings.Join(Paragraphs(source), " "), most)
}

// Shorten makes one line of at most so many characters of a text, cut between words.
func Shorten(text string, most int) string {
	letters := []rune(strings.Join(strings.Fields(text), " "))
	if len(letters) <= most {
		return string(letters)
	}
	cut := string(letters[:most-1])
	if space := strings.LastIndexByte(cut, ' '); space > 0 && letters[most-1] != ' ' {
		cut = cut[:space]
	}
	return strings.TrimRight(cut, " ,;:") + "…"
}

type plainText struct {
	source     []byte
	current    strings.Builder
	paragraphs []string
}

// end closes the paragraph that is being gathered.
func (p *plainText) end() {
	if s := strings.TrimSpace(p.current.String()); s != "" && s != bullet {
		p.paragraphs = append(p.paragraphs, s)
	}
	p.current.Reset()
}

const bullet = "•"

func (p *plainText) visit(n ast.Node, entering bool) (ast.WalkStatus, error) {
	switch n := n.(type) {
	case *ast.Text:
		if entering {
			p.current.Write(n.Segment.Value(p.source))
			if n.SoftLineBreak() || n.HardLineBreak() {
				p.current.WriteByte('\n')
			}
		}
	case *ast.String:
		if entering {
			p.current.Write(n.Value)
		}
	case *ast.AutoLink:
		if entering {
			p.current.Write(n.Label(p.source))
		}
	case *ast.Link:
		if destination := string(n.Destination); !entering && !strings.HasSuffix(p.current.String(), destination) {
			p.current.WriteString(" (" + destination + ")")
		}
	case *ast.RawHTML:
		if entering {
			p.current.Write(n.Segments.Value(p.source))
		}
	case *ast.CodeBlock, *ast.FencedCodeBlock, *ast.HTMLBlock:
		p.end()
		if entering {
			p.current.Write(n.Lines().Value(p.source))
			if block, ok := n.(*ast.HTMLBlock); ok && block.HasClosure() {
				p.current.Write(block.ClosureLine.Value(p.source))
			}
		}
	case *east.TableCell:
		if !entering && n.NextSibling() != nil {
			p.current.WriteString(" | ")
		}
	case *ast.ListItem:
		p.end()
		if entering {
			p.current.WriteString(bullet + " ")
		}
	default:
		if n.Type() == ast.TypeBlock && (!entering || !opensItem(n)) {
			p.end()
		}
	}
	return ast.WalkContinue, nil
}

// opensItem reports whether a block is the first of a list's item, and so stands
// beside its bullet.
func opensItem(n ast.Node) bool {
	_, inItem := n.Parent().(*ast.ListItem)
	return inItem && n.PreviousSibling() == nil
}
