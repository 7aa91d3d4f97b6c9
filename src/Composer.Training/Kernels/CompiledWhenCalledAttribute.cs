namespace Composer.Training.Kernels;

/// <summary>A kernel that few primitives need: compiled at its first call, not in every process that trains or decodes.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class CompiledWhenCalledAttribute : Attribute;
