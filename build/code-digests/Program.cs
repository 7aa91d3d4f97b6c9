using Composer.CodeDigests;
using Composer.CodeDigests.Sources;

// CLONE TABLE: derives the table and writes it where it differs from what is there.
// CLONE TABLE ROOT, or REGISTRY NAME: says also what is reached from there, and from where first.
if (args.Length is not (>= 2 and <= 4))
{
    Console.Error.WriteLine("Usage: CLONE TABLE [ROOT | REGISTRY PART]");
    return 2;
}

try
{
    var tree = SourceTree.Read(args[0]);
    var table = new CodeTable(tree.Files, tree.Projects);
    var text = table.ToString();
    if (!File.Exists(args[1]) || File.ReadAllText(args[1]) != text)
    {
        File.WriteAllText(args[1], text);
    }

    if (args.Length > 2)
    {
        var closure = args.Length == 3 ? table.Roots[args[2]] : table.Parts[(args[2], args[3])];
        foreach (var (unit, from) in closure.Units)
        {
            Console.WriteLine(from is null ? $"{unit.Type.Project} {unit}" : $"{unit.Type.Project} {unit} < {from}");
        }
    }

    return 0;
}
catch (CodeDigestException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
