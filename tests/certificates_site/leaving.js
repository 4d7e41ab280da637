// Goes elsewhere with a word in the address, in one way. Run in a page or in a frame.
([way, url]) => {
  const press = (attributes) => {
    const link = document.createElement("a");
    for (const [name, value] of Object.entries({ href: url, ...attributes })) link.setAttribute(name, value);
    document.body.append(link);
    link.click();
  };
  const ways = {
    assign: () => location.assign(url),
    replace: () => location.replace(url),
    refresh: () => {
      const refresh = document.createElement("meta");
      refresh.httpEquiv = "refresh";
      refresh.content = `0;url=${url}`;
      document.head.append(refresh);
    },
    top: () => { window.top.location.href = url; },
    parent: () => { window.parent.location = url; },
    open: () => window.open(url),
    link: () => press({}),
    window: () => press({ target: "_blank" }),
    topward: () => press({ target: "_top" }),
    download: () => press({ download: "x" }),
  };
  ways[way]();
}
