namespace Composer.Structure.Tests;

/// <summary>A type that a file of one folder of a project names and that is declared in another folder of it.</summary>
/// <param name="Project">The project.</param>
/// <param name="From">The folder of the file, the first below the project's.</param>
/// <param name="To">The folder of the type.</param>
/// <param name="File">The file, by its name.</param>
/// <param name="Type">The type.</param>
internal sealed record FolderUse(string Project, string From, string To, string File, string Type)
{
    /// <summary>The uses that are part of a circle of folders.</summary>
    public static IReadOnlyList<FolderUse> Circles(IEnumerable<FolderUse> uses)
    {
        var all = uses.Distinct().ToArray();
        var next = all.ToLookup(u => (u.Project, Folder: u.From), u => (u.Project, Folder: u.To));
        return
        [
            .. all.Where(u => Reaches((u.Project, u.To), (u.Project, u.From)))
                .OrderBy(u => $"{u.Project} {u.From} {u.To} {u.File} {u.Type}", StringComparer.Ordinal),
        ];

        bool Reaches((string Project, string Folder) start, (string Project, string Folder) end)
        {
            var seen = new HashSet<(string, string)>();
            var open = new Stack<(string Project, string Folder)>([start]);
            while (open.TryPop(out var folder))
            {
                if (folder == end)
                {
                    return true;
                }

                foreach (var reached in next[folder].Where(seen.Add))
                {
                    open.Push(reached);
                }
            }

            return false;
        }
    }

    public override string ToString() => $"{Project}: {From} → {To}, {File} names {Type}";
}
