package template

import (
	"fmt"
	"path"
	"text/template/parse"
)

// parseInclude parses the included files. It returns nil for the include if one of them can't be
// used.
func (ps *parser) parseInclude(sources []Source) (in *include, errs []*Error) {
	in = &include{}
	first := map[string]int{} // where a template is, from 0 in in.templates
	for i, src := range sources {
		p, err := ps.parseAlone("include", src)
		if err != nil {
			errs = append(errs, err)
			in.sources = append(in.sources, src)
			continue
		}
		in.sources = append(in.sources, p.src)
		blocks := p.blocks()
		for _, t := range p.tmpl.Templates() {
			name := t.Name()
			if name == root {
				name = path.Base(src.Name)
			}
			if t.Tree == nil || t.Tree.Root == nil || t.Name() == root && parse.IsEmptyTree(t.Tree.Root) {
				continue
			}
			t.Tree.ParseName = fmt.Sprint(root, " ", i+1)
			if n, ok := first[name]; ok {
				errs = append(errs, in.twice(p, name, t.Tree, n))
				continue
			}
			first[name] = len(in.templates)
			in.templates = append(in.templates, included{name: name, tree: t.Tree, source: i + 1, isBlock: blocks[name]})
		}
	}
	if len(errs) > 0 || len(sources) == 0 {
		return nil, errs
	}
	// A file that no letter may call is checked by itself.
	p := &part{field: "include"}
	t, err := ps.parseAlone("include", Source{})
	if err != nil {
		return in, []*Error{err}
	}
	p.tmpl = t.tmpl
	if errs := p.join(in); len(errs) > 0 {
		return in, errs
	}
	return in, check(p, ps)
}
