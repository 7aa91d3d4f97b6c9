using System.Reflection;
using System.Runtime.CompilerServices;

namespace Composer.Training.Kernels;

/// <summary>Compiles the kernels beside what else a process begins with, so that the first step waits less for them.</summary>
/// <remarks>
/// Kernels are compiled at the highest level at their first call: about 50 ms for all that a step of attention and
/// MLPs needs, once in a process; those of other primitives wait for their first call. A thread that needs one meanwhile waits for that one alone.
/// </remarks>
internal static class KernelCompilation
{
    private static int begun;

    /// <summary>Begins on a thread of its own, the first time that it is called.</summary>
    public static void Begin(TierKernels kernels)
    {
        if (Interlocked.Exchange(ref begun, 1) == 0)
        {
            new Thread(() => CompileAll(kernels.GetType())) { IsBackground = true, Name = "Composer kernels" }.Start();
        }
    }

    /// <returns>How many methods there were.</returns>
    internal static int CompileAll(Type kernels)
    {
        const BindingFlags Own =
            BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        var methods = kernels.GetMethods(Own)
            .Where(method => method.MethodImplementationFlags.HasFlag(MethodImplAttributes.AggressiveOptimization)
                && !method.IsDefined(typeof(CompiledWhenCalledAttribute), inherit: false))
            .ToList();
        methods.ForEach(method => RuntimeHelpers.PrepareMethod(method.MethodHandle));
        return methods.Count;
    }
}
