using System.Collections.Immutable;
using System.Reflection;

namespace Composer.Core.Discovery;

/// <summary>
/// Finds what there are several of, such as primitives and tasks: each class that derives from their base class is a member
/// by being there.
/// </summary>
/// <remarks>
/// Thread-safe. The base is marked <see cref="Code.CodePartsAttribute"/>, or names its members' code in another way: code
/// that is only found here is reached from no computation.
/// </remarks>
public static class Members
{
    private static readonly Lock Gate = new();
    private static ImmutableArray<Assembly> registered = [];
    private static ImmutableDictionary<Type, object> found = ImmutableDictionary<Type, object>.Empty;

    /// <summary>Lets an assembly have members of its own; before the first is asked for.</summary>
    public static void Register(Assembly assembly)
    {
        lock (Gate)
        {
            if (!registered.Contains(assembly))
            {
                registered = registered.Add(assembly);
                found = found.Clear();
            }
        }
    }

    /// <summary>One of each class that derives from <typeparamref name="T"/>: its own assembly's, and the registered ones'.</summary>
    public static IReadOnlyList<T> Of<T>()
        where T : class
    {
        lock (Gate)
        {
            if (!found.TryGetValue(typeof(T), out var members))
            {
                members = Discover<T>();
                found = found.Add(typeof(T), members);
            }

            return (IReadOnlyList<T>)members;
        }
    }

    // What stands within another class is that class's own affair.
    private static T[] Discover<T>() =>
    [
        .. registered.Insert(0, typeof(T).Assembly)
            .Distinct()
            .SelectMany(assembly => assembly.GetTypes())
            .Where(type => type.IsSubclassOf(typeof(T)) && !type.IsAbstract && !type.IsNested)
            .OrderBy(type => type.FullName, StringComparer.Ordinal)
            .Select(type => (T)Activator.CreateInstance(type)!),
    ];
}
