using System.Xml.Linq;

namespace Composer.Structure.Tests;

/// <summary>A project and the projects that it references, by name.</summary>
internal sealed record ProjectFile(string Name, string Path, IReadOnlyList<string> References)
{
    public static ProjectFile Read(string file) => new(
        System.IO.Path.GetFileNameWithoutExtension(file),
        System.IO.Path.GetRelativePath(Clone.Root, file).Replace('\\', '/'),
        [.. XDocument.Load(file).Descendants("ProjectReference")
            .Select(reference => System.IO.Path.GetFileNameWithoutExtension((string)reference.Attribute("Include")!.Value.Replace('\\', '/')))]);
}
